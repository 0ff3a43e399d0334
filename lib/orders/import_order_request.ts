import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { fields, Text } from "../http/body.ts";
import { isCheckoutSessionId } from "../ids.ts";
import { Amount, OptionalAmount } from "./amount.ts";

const time = "must be a time in the past, such as `2026-11-23T12:00:00Z`";

const PastTime = v.pipe(
  Text,
  v.isoTimestamp(time),
  v.transform((text) => new Date(text)),
  v.check((at) => at <= now(), time),
  v.transform(iso),
);

/**
 * An Order that was begun elsewhere. Stripe has what the buyer pays, but not what of it is the products'; amounts are
 * integers in the currency's smallest unit.
 */
export type ImportOrderRequest = v.InferOutput<typeof ImportOrderRequest>;
export const ImportOrderRequest = fields({
  checkout_session: v.pipe(
    Text,
    v.check(isCheckoutSessionId, "must be a Checkout Session's id, `cs_test_…` or `cs_live_…`"),
  ),
  product_total: Amount,
  delivery_amount: OptionalAmount,
  tax_amount: OptionalAmount,
  placed_at: v.pipe(
    v.nullish(PastTime),
    v.description("When it was placed; when its session was made, unless told."),
  ),
});
