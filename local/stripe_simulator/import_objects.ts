import * as v from "valibot";
import { invalidParam } from "./api/errors.ts";
import type { Kind, Objects, Scope } from "./core/objects.ts";
import { findAccount, saveAccount } from "./state/accounts.ts";
import type { Simulator } from "./state/simulator.ts";

const KINDS = [
  "balance_transaction",
  "charge",
  "checkout.session",
  "dispute",
  "event",
  "item",
  "payment_intent",
  "refund",
  "transfer",
  "transfer_reversal",
] as const satisfies Kind[];

const Imported = v.looseObject({
  id: v.pipe(v.string(), v.regex(/^[a-z]+_\w{1,200}$/)),
  object: v.picklist(KINDS),
});

/** What of a connected account decides what it may do. */
const ImportedAccount = v.object({
  id: v.string(),
  object: v.literal("account"),
  capabilities: v.optional(v.record(v.string(), v.string())),
  charges_enabled: v.boolean(),
  payouts_enabled: v.boolean(),
  details_submitted: v.boolean(),
});

export const Import = v.strictObject({
  objects: v.pipe(
    v.array(
      v.strictObject({
        /** The object that it is a part of, such as a line item's session. */
        parent: v.optional(v.string()),
        body: v.union([Imported, ImportedAccount]),
      }),
    ),
    v.maxLength(1_000),
  ),
});

/** Puts objects that another Stripe has into an account, as they are there: nothing follows of it, neither money nor events. */
export function importObjects(
  simulator: Simulator,
  scope: Scope,
  { objects }: v.InferOutput<typeof Import>,
): number {
  simulator.store.transaction(() => {
    for (const { body, parent } of objects) {
      if (body.object === "account") changeAccount(simulator, body);
      else put(simulator, scope, body, parent);
    }
  });
  return objects.length;
}

/** The cast is at the edge: what another Stripe answered is taken for what it says that it is. */
function put(
  { store }: Simulator,
  scope: Scope,
  body: v.InferOutput<typeof Imported>,
  parent: string | undefined,
): void {
  const object = { ...body, livemode: scope.livemode } as unknown as Objects[typeof body.object];
  const known = store.find(body.object, body.id);
  if (known && (known.scope.account !== scope.account || known.scope.livemode !== scope.livemode))
    throw invalidParam("objects", `${body.id} is another account's here.`);
  if (known) store.update(body.object, object);
  else store.insert(body.object, scope, object, parent);
}

function changeAccount(
  simulator: Simulator,
  { id, object: _, ...facts }: v.InferOutput<typeof ImportedAccount>,
): void {
  const account = findAccount(simulator, id);
  if (!account) throw invalidParam("objects", `${id} is not here.`);
  saveAccount(simulator, { ...account, ...facts } as typeof account);
}
