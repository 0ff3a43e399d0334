import { randomBytes, randomUUID } from "node:crypto";
import { ulid } from "ulid";
import type { Order } from "../../lib/orders/order.ts";

/** An Order as `placeOrder` takes it: products for 5,000, delivery for 500 and taxes of 350. */
export const anOrderRow = (changes: Partial<Order> = {}): Order => ({
  id: ulid(),
  space: "a-space",
  marketplace: randomUUID(),
  status: "open",
  currency: "usd",
  amount_total: 5_850,
  product_total: 5_000,
  delivery_amount: 500,
  tax_amount: 350,
  livemode: false,
  checkout_session: `cs_test_${randomBytes(8).toString("hex")}`,
  checkout_url: "https://checkout.stripe.com/c/pay/cs_test_1",
  placed_at: "2026-11-23T12:00:00.000Z",
  ...changes,
});

/** What an Order that nobody has paid yet shows of its money. */
export const noMoneyYet = (placed_at: unknown) => ({
  version: 0,
  charge: null,
  money: null,
  split: { status: "none", reason: null, since: placed_at, detail: "The Order is not paid." },
  proof: null,
  movements: [],
});
