import Stripe from "stripe";
import type { Movement } from "../orders/movement.ts";
import type { HoldReason } from "../orders/split.ts";
import { forgetPlatform, NoApiToken } from "../utilities/platform.ts";

/** What came of asking Stripe for a movement. */
export type Answer =
  /** Stripe has it: its id, when it was made, s since the epoch, and its balance transaction. */
  | { is: "done"; id: string; created: number; booked: string | Stripe.BalanceTransaction | null }
  /** Nothing happened, and the same would be refused again until something changes. */
  | { is: "refused"; reason: HoldReason; code: string; request_id: string | undefined }
  /** Stripe refuses the key: nothing happened, and the same can be sent with another. */
  | { is: "key"; reason: HoldReason }
  /** Whether it happened nobody knows. `saved`: Stripe answers the same to the same key, so it is no use to ask again. */
  | { is: "unknown"; saved: boolean; code: string };

/** Reasons that Stripe's codes stand for (Stripe docs, "Error codes"), as far as one of our own says what to do. */
const TRANSFER_REASONS: Record<string, HoldReason> = {
  balance_insufficient: "platform_balance",
  insufficient_funds: "platform_balance",
  transfers_not_allowed: "transfers_inactive",
  insufficient_capabilities_for_transfer: "transfers_inactive",
  account_invalid: "account_gone",
};
const REVERSAL_REASONS: Record<string, HoldReason> = {
  balance_insufficient: "vendor_balance",
  insufficient_funds: "vendor_balance",
  account_invalid: "account_gone",
};
const REASONS: Record<Movement["kind"], Record<string, HoldReason>> = {
  transfer: TRANSFER_REASONS,
  reversal: REVERSAL_REASONS,
  refund: {},
};

/** What a request for a movement came to, where the SDK threw. @throws what is no answer of Stripe's */
export function failedAnswer(error: unknown, kind: Movement["kind"], space: string): Answer {
  const key = keyTrouble(error, space);
  if (key) return { is: "key", reason: key };
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  const { statusCode = 0, code = error.rawType ?? error.type, requestId: request_id } = error;
  const isTooMany = error instanceof Stripe.errors.StripeRateLimitError;
  // In use, too many, or no answer at all: the first may still be on its way.
  if (isTooMany || statusCode === 0 || statusCode === 409) return { is: "unknown", saved: false, code };
  if (statusCode >= 500) return { is: "unknown", saved: true, code: `http_${statusCode}` };
  return { is: "refused", reason: reasonOf(error, code, kind), code, request_id };
}

function reasonOf({ param }: Stripe.errors.StripeError, code: string, kind: Movement["kind"]): HoldReason {
  if (code === "resource_missing" && param === "destination") return "account_gone";
  return REASONS[kind][code] ?? `stripe_refused:${code}`;
}

/** Where it is the Space's key that is in the way, why. A key that is refused is read anew by the next run. */
export function keyTrouble(error: unknown, space: string): HoldReason | undefined {
  if (error instanceof NoApiToken) return "key_missing";
  if (error instanceof Stripe.errors.StripePermissionError)
    return error.code === "account_invalid" ? undefined : "key_restricted";
  if (!(error instanceof Stripe.errors.StripeAuthenticationError)) return undefined;
  forgetPlatform(space);
  return "key_refused";
}
