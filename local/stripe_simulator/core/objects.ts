import type Stripe from "stripe";

/** Every kind of object that the simulator stores, by Stripe's name for it in `object`. */
export interface Objects {
  balance_transaction: Stripe.BalanceTransaction;
  charge: Stripe.Charge;
  "checkout.session": Stripe.Checkout.Session;
  dispute: Stripe.Dispute;
  event: Stripe.Event;
  item: Stripe.LineItem;
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  payout: Stripe.Payout;
  price: Stripe.Price;
  product: Stripe.Product;
  refund: Stripe.Refund;
  transfer: Stripe.Transfer;
  transfer_reversal: Stripe.TransferReversal;
  webhook_endpoint: StoredEndpoint;
}

/** Stripe returns the secret only once, and of `connect` only what `application` tells. */
export type StoredEndpoint = Stripe.WebhookEndpoint & { secret: string; connect: boolean };

export type Kind = keyof Objects;

/** An account and a mode. Objects are visible only in their own scope. */
export interface Scope {
  account: string;
  livemode: boolean;
}
