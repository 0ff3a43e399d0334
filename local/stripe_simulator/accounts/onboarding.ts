import type Stripe from "stripe";
import * as v from "valibot";
import { noRequest } from "../core/cause.ts";
import { nowSeconds } from "../core/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { changeAccount } from "./change_account.ts";
import { NO_REQUIREMENTS } from "./new_account.ts";

/** What can happen to an account: its owner submits what was missing, or Stripe asks for more, restricts it, rejects it
 *  or reviews it (https://docs.stripe.com/connect/handling-api-verification). */
export const Transition = v.picklist(["complete", "want_more", "restrict", "reject", "pend"]);

export type Transition = v.InferOutput<typeof Transition>;

type Account = Stripe.Account;

const DOCUMENT = "individual.verification.document";
const DEADLINE_SECONDS = 14 * 24 * 60 * 60;

export const applyTransition = (simulator: Simulator, id: string, transition: Transition): Account =>
  changeAccount(simulator, id, TRANSITIONS[transition], noRequest);

const TRANSITIONS: Record<Transition, (account: Account) => Partial<Account>> = {
  complete: (account) => ({
    details_submitted: true,
    charges_enabled: true,
    payouts_enabled: true,
    business_type: account.business_type ?? "company",
    capabilities: allCapabilities(account, "active"),
    requirements: NO_REQUIREMENTS,
  }),

  want_more: (account) => ({
    ...TRANSITIONS.complete(account),
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
    capabilities: allCapabilities(account, "inactive"),
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

/** Those that were requested, and the two that every account has. */
function allCapabilities(
  { capabilities }: Account,
  status: "active" | "inactive",
): Stripe.Account.Capabilities {
  const names = Object.keys({ card_payments: status, transfers: status, ...capabilities });
  return Object.fromEntries(names.map((name) => [name, status]));
}
