import type { EventType, Handler } from "./handler.ts";
import { accountApplicationDeauthorized } from "./handlers/account.application.deauthorized.ts";
import { accountUpdated } from "./handlers/account.updated.ts";
import { balanceAvailable } from "./handlers/balance.available.ts";
import { capabilityUpdated } from "./handlers/capability.updated.ts";
import { chargeDisputeClosed } from "./handlers/charge.dispute.closed.ts";
import { chargeDisputeCreated } from "./handlers/charge.dispute.created.ts";
import { chargeDisputeFundsReinstated } from "./handlers/charge.dispute.funds_reinstated.ts";
import { chargeDisputeFundsWithdrawn } from "./handlers/charge.dispute.funds_withdrawn.ts";
import { chargeDisputeUpdated } from "./handlers/charge.dispute.updated.ts";
import { chargeFailed } from "./handlers/charge.failed.ts";
import { chargeRefunded } from "./handlers/charge.refunded.ts";
import { chargeUpdated } from "./handlers/charge.updated.ts";
import { checkoutSessionAsyncPaymentFailed } from "./handlers/checkout.session.async_payment_failed.ts";
import { checkoutSessionAsyncPaymentSucceeded } from "./handlers/checkout.session.async_payment_succeeded.ts";
import { checkoutSessionCompleted } from "./handlers/checkout.session.completed.ts";
import { checkoutSessionExpired } from "./handlers/checkout.session.expired.ts";
import { refundCreated } from "./handlers/refund.created.ts";
import { refundFailed } from "./handlers/refund.failed.ts";
import { refundUpdated } from "./handlers/refund.updated.ts";
import { transferCreated } from "./handlers/transfer.created.ts";
import { transferReversed } from "./handlers/transfer.reversed.ts";

export type Registry = { readonly [Type in EventType]?: Handler<Type> };

/** Every type we act on, and so every type that the endpoints at Stripe subscribe to. */
export const registry = {
  "account.application.deauthorized": accountApplicationDeauthorized,
  "account.updated": accountUpdated,
  "balance.available": balanceAvailable,
  "capability.updated": capabilityUpdated,
  "charge.dispute.closed": chargeDisputeClosed,
  "charge.dispute.created": chargeDisputeCreated,
  "charge.dispute.funds_reinstated": chargeDisputeFundsReinstated,
  "charge.dispute.funds_withdrawn": chargeDisputeFundsWithdrawn,
  "charge.dispute.updated": chargeDisputeUpdated,
  "charge.failed": chargeFailed,
  "charge.refunded": chargeRefunded,
  "charge.updated": chargeUpdated,
  "checkout.session.async_payment_failed": checkoutSessionAsyncPaymentFailed,
  "checkout.session.async_payment_succeeded": checkoutSessionAsyncPaymentSucceeded,
  "checkout.session.completed": checkoutSessionCompleted,
  "checkout.session.expired": checkoutSessionExpired,
  "refund.created": refundCreated,
  "refund.failed": refundFailed,
  "refund.updated": refundUpdated,
  "transfer.created": transferCreated,
  "transfer.reversed": transferReversed,
} satisfies Registry;

export type HandledType = keyof typeof registry;

export const handledTypes = Object.keys(registry).filter(isHandled);

export function isHandled(type: string): type is HandledType {
  return Object.hasOwn(registry, type);
}

/** These tell of connected accounts; of the platform's own they may come, and say nothing to us. */
const OF_CONNECTED_ACCOUNTS: ReadonlySet<string> = new Set([
  "account.application.deauthorized",
  "account.updated",
  "capability.updated",
] satisfies HandledType[]);

/** The types that the platform's own account sends. */
export const platformTypes = handledTypes.filter((type) => !OF_CONNECTED_ACCOUNTS.has(type));
