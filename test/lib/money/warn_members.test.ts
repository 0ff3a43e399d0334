import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type OrderB, sharedOrderB } from "../../support/order_b.ts";
import { outboxRows } from "../../support/outbox.ts";

const HOUR_MS = 60 * 60_000;

beforeEach(() => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
});
afterEach(() => {
  vi.useRealTimers();
});

/** What members were told so far, in its order. */
const told = async ({ order }: OrderB): Promise<string[]> =>
  (await outboxRows(order))
    .filter(({ channel }) => channel === "members")
    .map(({ fact, topic }) => `${topic} ${fact.split("#")[1]}`);

/** So long after the first look, the Order is looked at again, as its clock does. */
function hoursAfter(began: number) {
  return async (order: OrderB, hours: number): Promise<string> => {
    vi.setSystemTime(began + hours * HOUR_MS);
    return await order.settle();
  };
}

it("tells members of a hold after a day, once more a day later, and when it is over", async () => {
  const order = await sharedOrderB();
  await order.vendorHas(0);
  await order.refund(650);
  const later = hoursAfter(Date.now());
  expect(await later(order, 0)).toBe("on_hold: vendor_balance");
  expect(await later(order, 23)).toBe("on_hold: vendor_balance");
  expect(await told(order)).toEqual([]);
  await later(order, 25);
  await later(order, 26);
  expect(await told(order)).toEqual(["order.attention hold"]);
  for (const hours of [50, 51, 75, 100]) await later(order, hours);
  expect(await told(order)).toEqual(["order.attention hold", "order.attention hold_again"]);
  await order.vendorHas(10_000);
  expect(await later(order, 101)).toBe("done");
  await later(order, 102);
  expect(await told(order)).toEqual([
    "order.attention hold",
    "order.attention hold_again",
    "order.attention hold_over",
  ]);
  expect((await order.now()).warned).toBeUndefined();
});

it("tells of a hold that ends within a day nobody", async () => {
  const order = await sharedOrderB();
  await order.vendorHas(0);
  await order.refund(650);
  const later = hoursAfter(Date.now());
  await later(order, 0);
  await order.vendorHas(10_000);
  expect(await later(order, 23)).toBe("done");
  expect(await told(order)).toEqual([]);
});

it("tells of a dispute's deadline at once, again after a day, and when it is over; and looks again by itself", async () => {
  const order = await sharedOrderB();
  const { id } = await order.dispute({ amount: 500 });
  const later = hoursAfter(Date.now());
  await later(order, 0);
  expect(await told(order)).toEqual(["order.attention dispute"]);
  const details = (await outboxRows(order.order)).map(({ detail }) => detail);
  expect(details).toContainEqual(
    expect.stringMatching(
      /^The buyer's bank asks for \$5\.00 back\. Stripe takes evidence until [A-Z][a-z]+ \d+, \d{4} at \d+:\d\d [AP]M UTC\.$/,
    ),
  );
  const { due_at = "" } = await order.now();
  expect(Date.parse(due_at)).toBeLessThanOrEqual(Date.now() + 24 * HOUR_MS);
  await later(order, 25);
  await later(order, 26);
  expect(await told(order)).toEqual(["order.attention dispute", "order.attention dispute_again"]);
  expect((await order.now()).due_at).toBeUndefined();
  await order.bank(id, "win");
  await later(order, 27);
  expect((await told(order)).at(-1)).toBe("order.attention dispute_over");
});

it("keeps nothing of it where no mails are sent", async () => {
  vi.stubEnv("MAIL_FROM", "");
  const order = await sharedOrderB();
  await order.dispute({ amount: 500 });
  await order.settle();
  expect((await order.now()).warned).toBeUndefined();
  expect(await told(order)).toEqual([]);
});
