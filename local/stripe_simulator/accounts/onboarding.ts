import type Stripe from "stripe";
import * as v from "valibot";
import { noRequest } from "../core/cause.ts";
import { nowSeconds } from "../core/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { changeAccount } from "./change_account.ts";
import { NO_REQUIREMENTS } from "./new_account.ts";

/** What becomes of an account at Stripe: its owner gives what was missing, or Stripe wants more, holds it up,
 *  throws it out or takes its time (https://docs.stripe.com/connect/handling-api-verification). */
export const Turn = v.picklist(["complete", "want_more", "restrict", "reject", "pend"]);

export type Turn = v.InferOutput<typeof Turn>;

type Account = Stripe.Account;

const DOCUMENT = "individual.verification.document";
const DEADLINE_SECONDS = 14 * 24 * 60 * 60;

export const takeTurn = (simulator: Simulator, id: string, turn: Turn): Account =>
  changeAccount(simulator, id, TURNS[turn], noRequest);

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
