import type { EventType, Handler } from "./handler.ts";
import { accountApplicationDeauthorized } from "./handlers/account.application.deauthorized.ts";
import { accountUpdated } from "./handlers/account.updated.ts";
import { checkoutSessionAsyncPaymentFailed } from "./handlers/checkout.session.async_payment_failed.ts";
import { checkoutSessionAsyncPaymentSucceeded } from "./handlers/checkout.session.async_payment_succeeded.ts";
import { checkoutSessionCompleted } from "./handlers/checkout.session.completed.ts";
import { checkoutSessionExpired } from "./handlers/checkout.session.expired.ts";

export type Registry = { readonly [Type in EventType]?: Handler<Type> };

/** Every type we act on, and so every type that the endpoints at Stripe subscribe to. */
export const registry = {
  "account.application.deauthorized": accountApplicationDeauthorized,
  "account.updated": accountUpdated,
  "checkout.session.async_payment_failed": checkoutSessionAsyncPaymentFailed,
  "checkout.session.async_payment_succeeded": checkoutSessionAsyncPaymentSucceeded,
  "checkout.session.completed": checkoutSessionCompleted,
  "checkout.session.expired": checkoutSessionExpired,
} satisfies Registry;

export type HandledType = keyof typeof registry;

export const handledTypes = Object.keys(registry).filter(isHandled);

export function isHandled(type: string): type is HandledType {
  return Object.hasOwn(registry, type);
}
