import { expect, it } from "vitest";
import { moveOrder } from "../../../lib/orders/move_order.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { presentOrder } from "../../../lib/orders/present_order.ts";
import { anOrderRow, noMoneyYet } from "../../support/order_rows.ts";

it("shows an Order with its timeline, amounts in the smallest unit, and nothing of its row's own", async () => {
  const order = await placeOrder(anOrderRow());
  expect(await presentOrder(order)).toEqual({
    id: order.id,
    marketplace: order.marketplace,
    status: "open",
    currency: "usd",
    amount_total: 5_850,
    product_total: 5_000,
    delivery_amount: order.delivery_amount,
    tax_amount: order.tax_amount,
    vendor_account: null,
    ...noMoneyYet(order.placed_at),
    checkout_session: order.checkout_session,
    payment_intent: null,
    placed_at: order.placed_at,
    lines: null,
    buyer_email: null,
    buyer_erased_at: null,
    timeline: [
      {
        at: order.placed_at,
        entry: "placed",
        title: "Entered Checkout",
        detail: "The buyer was sent to Stripe to pay.",
      },
    ],
  });
});

it("shows what was sold and to whom, where the Order has it", async () => {
  const lines = [{ name: "Rye loaf", unit_amount: 1_400, quantity: 1 }];
  const order = anOrderRow({ lines, buyer_email: "jenny@example.com", vendor_account: "acct_1" });
  expect(await presentOrder(order)).toMatchObject({ lines, buyer_email: "jenny@example.com" });
});

it("shows the payment intent once there is one", async () => {
  expect(await presentOrder(anOrderRow({ payment_intent: "pi_1" }))).toMatchObject({
    payment_intent: "pi_1",
  });
});

it("says of an Order that has moved since it was read where it is now", async () => {
  const order = await placeOrder(anOrderRow());
  const paid = {
    status: "paid",
    payment_intent: "pi_1",
    cause: "evt_1",
    at: order.placed_at,
    detail: "Paid.",
  } as const;
  await moveOrder(order, paid);
  expect(await presentOrder(order)).toMatchObject({
    status: "paid",
    payment_intent: "pi_1",
    timeline: [{ entry: "placed" }, { entry: "paid" }],
  });
});
