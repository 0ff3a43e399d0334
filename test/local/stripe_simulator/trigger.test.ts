import { expect, it } from "vitest";
import { orderB } from "./payments/sale.ts";
import { stripeCliAt } from "./stripe_cli.ts";
import { newPlatform, simulatorForTests } from "./support.ts";

const url = await simulatorForTests();
const cli = await stripeCliAt(url);

it.each([
  "checkout.session.completed",
  "payment_intent.succeeded",
  "payment_intent.payment_failed",
  "charge.succeeded",
  "charge.failed",
  "charge.refunded",
  "charge.refund.updated",
  "charge.dispute.created",
  "charge.dispute.closed",
  "transfer.created",
  "transfer.reversed",
  "product.created",
])("the real `stripe trigger %s` works", async (type) => {
  const { key, id, stripe, control, setFaults } = await newPlatform(url);
  await setFaults({ late_fee: true });
  // What the command pays in does not cover its own transfer and the fee: an account with no money cannot do it.
  await control(`/accounts/${id}/balance`, { available: 100, currency: "usd" });
  const { exitCode, stdout, stderr } = await cli(key, "trigger", type);
  expect([exitCode, stdout + stderr]).toEqual([0, expect.stringContaining("Trigger succeeded!")]);
  // Of a refund's metadata Stripe tells `refund.updated`, whatever the command is called.
  const told = type === "charge.refund.updated" ? "refund.updated" : type;
  expect((await stripe.events.list({ type: told })).data).toHaveLength(1);
});

it("the real `stripe refunds create` gives back what a buyer paid", async () => {
  const { key, stripe, intent, charge } = await orderB(url);
  const refund = ["--payment-intent", intent, "--amount", "650", "-d", "metadata[product_amount]=650"];
  const { stdout, exitCode } = await cli(key, "refunds", "create", ...refund);
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([
    0,
    { object: "refund", amount: 650, status: "succeeded", charge },
  ]);
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 650 });
  expect((await stripe.refunds.list({ charge })).data).toMatchObject([
    { metadata: { product_amount: "650" } },
  ]);
});
