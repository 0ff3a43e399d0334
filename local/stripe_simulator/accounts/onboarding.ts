import { isDeepStrictEqual } from "node:util";
import type Stripe from "stripe";
import * as v from "valibot";
import { nowSeconds } from "../core/clock.ts";
import { emit, happened } from "../events/events.ts";
import { accountOf, NO_REQUIREMENTS, saveAccount } from "../state/accounts.ts";
import { connectedModes } from "../state/connections.ts";
import { type Cause, noRequest, type World } from "../state/simulator.ts";

/** What becomes of an account at Stripe: its owner gives what was missing, or Stripe wants more, holds it up,
 *  throws it out or takes its time (https://docs.stripe.com/connect/handling-api-verification). */
export const Turn = v.picklist(["complete", "want_more", "restrict", "reject", "pend"]);

export type Turn = v.InferOutput<typeof Turn>;

type Account = Stripe.Account;

const DOCUMENT = "individual.verification.document";
const DEADLINE_SECONDS = 14 * 24 * 60 * 60;

export const takeTurn = (world: World, id: string, turn: Turn): Account =>
  changeAccount(world, id, TURNS[turn], noRequest);

const TURNS: Record<Turn, (account: Account) => Partial<Account>> = {
  complete: (account) => ({
    details_submitted: true,
    charges_enabled: true,
    payouts_enabled: true,
    business_type: account.business_type ?? "company",
    capabilities: everyCapability(account, "active"),
    requirements: NO_REQUIREMENTS,
  }),

  want_more: (account) => ({
    ...TURNS.complete(account),
    requirements: {
      ...NO_REQUIREMENTS,
      currently_due: [DOCUMENT],
      eventually_due: [DOCUMENT],
      current_deadline: nowSeconds() + DEADLINE_SECONDS,
    },
  }),

  restrict: (account) => ({
    payouts_enabled: false,
    capabilities: { ...account.capabilities, transfers: "inactive" },
    requirements: {
      ...NO_REQUIREMENTS,
      currently_due: [DOCUMENT],
      eventually_due: [DOCUMENT],
      past_due: [DOCUMENT],
      disabled_reason: "requirements.past_due",
    },
  }),

  reject: (account) => ({
    charges_enabled: false,
    payouts_enabled: false,
    capabilities: everyCapability(account, "inactive"),
    requirements: { ...NO_REQUIREMENTS, disabled_reason: "rejected.fraud" },
  }),

  pend: (account) => ({
    payouts_enabled: false,
    capabilities: { ...account.capabilities, transfers: "pending" },
    requirements: {
      ...NO_REQUIREMENTS,
      pending_verification: [DOCUMENT],
      disabled_reason: "requirements.pending_verification",
    },
  }),
};

/** Those that were asked for, and the two that Stripe asks for itself. */
function everyCapability(
  { capabilities }: Account,
  status: "active" | "inactive",
): Stripe.Account.Capabilities {
  const names = Object.keys({ card_payments: status, transfers: status, ...capabilities });
  return Object.fromEntries(names.map((name) => [name, status]));
}

/** Changes an account and tells whoever is connected to it; silent if nothing is different afterwards.
 *  The account is one and the same in both modes, so each mode it is connected in has its event. */
export function changeAccount(
  world: World,
  id: string,
  change: (account: Account) => Partial<Account>,
  cause: Cause,
): Account {
  return world.store.transaction(() => {
    const before = accountOf(world, id);
    const after: Account = { ...before, ...change(before) };
    const previous = differences(before, after);
    if (Object.keys(previous).length === 0) return before;
    saveAccount(world, after);
    for (const livemode of connectedModes(world, id))
      emit(world, { account: id, livemode }, cause, [
        happened("account.updated", after, previous),
        ...capabilitiesThatChanged(before, after),
      ]);
    return after;
  });
}

/** The former values of what changed; of a hash only the keys that did
 *  (https://docs.stripe.com/api/events/object#event_object-data-previous_attributes). */
function differences(before: object, after: object): ReturnType<typeof Object.fromEntries> {
  const now = new Map(Object.entries(after));
  const keys = new Set([...Object.keys(before), ...now.keys()]);
  const was = new Map(Object.entries(before));
  return Object.fromEntries(
    [...keys]
      .filter((key) => !isDeepStrictEqual(was.get(key), now.get(key)))
      .map((key) => {
        const [old, new_] = [was.get(key) ?? null, now.get(key)];
        return [key, isHash(old) && isHash(new_) ? differences(old, new_) : old];
      }),
  );
}

const isHash = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function capabilitiesThatChanged(before: Account, after: Account) {
  const old = new Map(Object.entries(before.capabilities ?? {}));
  return Object.entries(after.capabilities ?? {})
    .filter(([id, status]) => old.get(id) !== status)
    .map(([id, status]) =>
      happened(
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
