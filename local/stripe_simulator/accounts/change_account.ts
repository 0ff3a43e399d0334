import { isDeepStrictEqual } from "node:util";
import type Stripe from "stripe";
import type { Cause } from "../core/cause.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { getAccount, saveAccount } from "../state/accounts.ts";
import { connectedModes } from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";

type Account = Stripe.Account;

/** Changes an account and emits the events of it, if anything differs. An account is the same in both modes, so each
 *  mode that it is connected in has its own event. */
export function changeAccount(
  simulator: Simulator,
  id: string,
  change: (account: Account) => Partial<Account>,
  cause: Cause,
): Account {
  return simulator.store.transaction(() => {
    const before = getAccount(simulator, id);
    const after: Account = { ...before, ...change(before) };
    const previous = previousAttributes(before, after);
    if (Object.keys(previous).length === 0) return before;
    saveAccount(simulator, after);
    for (const livemode of connectedModes(simulator, id))
      emit(simulator, { account: id, livemode }, cause, [
        pendingEvent("account.updated", after, previous),
        ...changedCapabilities(before, after),
      ]);
    return after;
  });
}

/** The previous values of what changed; of a hash, only the changed keys
 *  (https://docs.stripe.com/api/events/object#event_object-data-previous_attributes). */
function previousAttributes(before: object, after: object): ReturnType<typeof Object.fromEntries> {
  const now = new Map(Object.entries(after));
  const keys = new Set([...Object.keys(before), ...now.keys()]);
  const was = new Map(Object.entries(before));
  return Object.fromEntries(
    [...keys]
      .filter((key) => !isDeepStrictEqual(was.get(key), now.get(key)))
      .map((key) => {
        const [old, new_] = [was.get(key) ?? null, now.get(key)];
        return [key, isHash(old) && isHash(new_) ? previousAttributes(old, new_) : old];
      }),
  );
}

const isHash = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function changedCapabilities(before: Account, after: Account) {
  const old = new Map(Object.entries(before.capabilities ?? {}));
  return Object.entries(after.capabilities ?? {})
    .filter(([id, status]) => old.get(id) !== status)
    .map(([id, status]) =>
      pendingEvent(
        "capability.updated",
        {
          id,
          object: "capability",
          account: after.id,
          requested: true,
          requested_at: after.created ?? null,
          status,
        },
        { status: old.get(id) ?? "unrequested" },
      ),
    );
}
