import { afterEach, expect, it, vi } from "vitest";
import { handler as sendDueMails } from "../../functions/mails/send_due.ts";
import { handler as settleDueOrders } from "../../functions/orders/settle_due.ts";
import { handler as dispatch } from "../../functions/stripe_events/dispatch.ts";
import { handler as retry } from "../../functions/stripe_events/retry.ts";
import { aCheckout, checkOut } from "../support/checkouts.ts";
import { deliver } from "../support/deliveries.ts";
import { anEvent } from "../support/events.ts";
import { metricsSaid } from "../support/metrics.ts";
import { changeOrder, orderIsDue } from "../support/money_rows.ts";
import { orderB, sharedOrderB } from "../support/order_b.ts";
import { weather } from "../support/orders.ts";
import { outboxRows, rowIsDue } from "../support/outbox.ts";
import { ownTables } from "../support/own_tables.ts";
import { insertRecord } from "../support/records.ts";
import { aContext } from "../support/requests.ts";
import { aSpace } from "../support/spaces.ts";
import { makeDue } from "../support/stored_events.ts";

// What alarms read (aws/alarms.yml), as it moves where the thing is broken. RUNBOOK.md has each alarm's test.
await ownTables();
afterEach(() => vi.unstubAllEnvs());

const TEN_MINUTES_MS = 600_000;

async function received(facts: Parameters<typeof anEvent>[0] = {}) {
  const space = await aSpace();
  const { id, body } = anEvent(facts);
  await deliver(space, body);
  return { space, id, record: await insertRecord(space, id) };
}

it("counts an event that is given up", async () => {
  const { record } = await received({ type: "charge.refunded", object: { object: "charge" } });
  const said = metricsSaid();
  await dispatch({ Records: [record] }, aContext());
  expect(said()).toMatchObject({ EventsDead: [1] });
});

it("says for how long an event has been due, and counts first runs that dispatch has left to retry", async () => {
  const { space, id } = await received({
    type: "checkout.session.completed",
    object: { id: "cs_1", object: "checkout.session" },
  });
  await weather(space, { unavailable: 9 });
  await makeDue(space, id, TEN_MINUTES_MS + 5_000);
  const said = metricsSaid();
  await retry({}, aContext());
  await makeDue(space, id);
  await retry({}, aContext());
  const { OldestDueSeconds: [overdue = 0, again = 0] = [], FirstRunsByRetry } = said();
  expect(overdue).toBeGreaterThan(600);
  expect(again).toBeLessThan(600);
  // It fails, and is run again, which is no first run any more.
  expect(FirstRunsByRetry).toEqual([1, 0]);
});

it("counts a record that goes back to the stream", async () => {
  const { record } = await received();
  vi.resetModules();
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1");
  const cutOff = await import("../../functions/stripe_events/dispatch.ts");
  const said = metricsSaid();
  await cutOff.handler({ Records: [record] }, aContext());
  expect(said()).toMatchObject({ RecordsReturned: [1] });
});

it("says for how long an Order's money has been due", async () => {
  const { order, refund } = await sharedOrderB();
  await refund(650);
  await orderIsDue(order);
  await changeOrder(order, { due_at: new Date(Date.now() - TEN_MINUTES_MS - 5_000).toISOString() });
  const said = metricsSaid();
  await settleDueOrders({}, aContext());
  expect(said().OldestDueOrderSeconds?.[0]).toBeGreaterThan(600);
});

it("says for how long a mail has been due", async () => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
  vi.stubEnv("SMTP_URL", "smtp://127.0.0.1:1");
  const paid = await orderB();
  await changeOrder(paid.order, { buyer_email: "jo@example.com" });
  await paid.pay();
  for (const row of await outboxRows(paid.order)) await rowIsDue(row, TEN_MINUTES_MS + 5_000);
  const said = metricsSaid();
  await sendDueMails({}, aContext());
  expect(said().OldestDueMailSeconds?.[0]).toBeGreaterThan(600);
});

it("counts checkouts, and of those that fail what is not the shop's or its Space's doing", async () => {
  const space = await aSpace();
  const said = metricsSaid();
  expect((await checkOut(space)).status).toBe(201);
  expect((await checkOut(space, { body: aCheckout({ currency: "nothing" }) })).status).toBe(400);
  expect(said()).toMatchObject({ CheckoutsAnswered: [1] });
  expect(said()).not.toHaveProperty("CheckoutsFailed");
  await weather(space, { unavailable: 9 });
  expect((await checkOut(space)).status).toBe(503);
  expect(said()).toMatchObject({ CheckoutsAnswered: [1], CheckoutsFailed: [1] });
});

it("says of each try how long Stripe took, in one line at the end, and what it did not do", async () => {
  const space = await aSpace();
  await checkOut(space); // from now on the key is remembered, and its account
  const said = metricsSaid();
  await checkOut(space);
  expect(said().StripeMs).toEqual([expect.any(Number)]);
  await weather(space, { unavailable: 9 });
  await checkOut(space);
  // The SDK tries once more.
  expect(said()).toMatchObject({ StripeMs: Array(3).fill(expect.any(Number)), StripeFailed: [1, 1] });
  await weather(space, { unavailable: 0, rate_limit: 9 });
  await checkOut(space);
  expect(said().StripeRateLimited?.[0]).toBe(1);
});
