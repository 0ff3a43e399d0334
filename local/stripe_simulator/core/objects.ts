import type Stripe from "stripe";

/** Every kind of object that the simulator keeps, under the name that Stripe gives it in `object`.
 *  A new resource adds its line here and nowhere else. */
export interface Objects {
  balance_transaction: Stripe.BalanceTransaction;
  charge: Stripe.Charge;
  "checkout.session": Stripe.Checkout.Session;
  event: Stripe.Event;
  item: Stripe.LineItem;
  payment_intent: Stripe.PaymentIntent;
  product: Stripe.Product;
  webhook_endpoint: KeptEndpoint;
}

/** Stripe shows the secret once and never says whether an endpoint is a Connect one. */
export type KeptEndpoint = Stripe.WebhookEndpoint & { secret: string; connect: boolean };

export type Kind = keyof Objects;

/** Whose objects, in which mode: nothing is ever visible from another scope. */
export interface Scope {
  account: string;
  livemode: boolean;
}
