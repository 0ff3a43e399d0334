import type { HandledType } from "../stripe_events/registry.ts";

/** What happened at Stripe, by the event's type ("Types of events" of Stripe's API reference). */
const WORDS: Record<HandledType, string> = {
  "account.application.deauthorized": "A Vendor's Stripe account was disconnected from this platform.",
  "account.updated":
    "Something about a Vendor's Stripe account changed, such as what Stripe still needs from it.",
  "balance.available": "Money in a Stripe balance became available.",
  "capability.updated": "What a Vendor's Stripe account may do changed.",
  "charge.dispute.closed": "A dispute was decided.",
  "charge.dispute.created": "A buyer disputed a payment with their bank.",
  "charge.dispute.funds_reinstated": "The money of a dispute came back.",
  "charge.dispute.funds_withdrawn": "Stripe took the money of a dispute from the balance.",
  "charge.dispute.updated": "Something about a dispute changed.",
  "charge.failed": "A buyer's payment was declined.",
  "charge.refunded": "A payment was refunded, all or part of it.",
  "charge.updated": "Something about a payment changed, such as Stripe's fee becoming known.",
  "checkout.session.async_payment_failed": "A payment that takes a while, such as a bank debit, failed.",
  "checkout.session.async_payment_succeeded":
    "A payment that takes a while, such as a bank debit, succeeded.",
  "checkout.session.completed": "A buyer completed checkout.",
  "checkout.session.expired": "A checkout expired before anybody paid.",
  "refund.created": "A refund was created.",
  "refund.failed": "A refund failed.",
  "refund.updated": "Something about a refund changed.",
  "transfer.created": "Money was sent to a Vendor's Stripe account.",
  "transfer.reversed": "Money that was sent to a Vendor's Stripe account was taken back, all or part of it.",
};

/** The types that something is done for. */
export const HANDLED_TYPES = Object.keys(WORDS);

/** What an event of a type tells, in a sentence. */
export const eventWords = (type: string): string =>
  new Map(Object.entries(WORDS)).get(type) ?? "Nothing is done for events of this type.";
