import { afterEach, expect, it, vi } from "vitest";
import { now } from "../../../lib/clock.ts";
import { orderB } from "../../support/order_b.ts";
import { weather } from "../../support/orders.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** What is logged of an Order from here on, oldest first. */
function logOf(order: string): () => Record<string, unknown>[] {
  const spies = (["info", "warn"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  );
  return () =>
    spies
      .flatMap(({ mock }) => mock.calls.map(([line], n) => ({ line, at: mock.invocationCallOrder[n] ?? 0 })))
      .sort((one, other) => one.at - other.at)
      .map(({ line }) => JSON.parse(String(line)))
      .filter((line) => line.order === order);
}

const passes = (ms: number) => {
  vi.useFakeTimers({ toFake: ["Date"], now: now().getTime() + ms });
};

it("counts a share once, however often the Order is looked at", async () => {
  const order = await orderB();
  const lines = logOf(order.order.id);
  await order.pay();
  await order.settle();
  const counts = lines().filter(({ message }) => message === "an Order stands");
  expect(counts.length).toBeGreaterThan(1);
  expect(counts.filter(({ SplitsDone }) => SplitsDone === 1)).toHaveLength(1);
});

it("says how long an Order has been on hold, after a day at the latest", async () => {
  const order = await orderB();
  await order.pay();
  await order.pass();
  await order.vendorHas(0);
  await order.refund(650);
  const lines = logOf(order.order.id);
  expect(await order.settle()).toBe("on_hold: vendor_balance");
  expect(lines().at(-1)).toMatchObject({ SplitsOnHold: 1, OrderHoldSeconds: expect.any(Number) });
  expect(lines().at(-1)?.OrderHoldSeconds).toBeLessThan(3_600);
  for (let looks = 0; looks < 4; looks++) {
    const { due_at = "" } = await order.now();
    passes(Date.parse(due_at) - now().getTime());
    await order.settle();
  }
  const { OrderHoldSeconds, SplitsOnHold } = lines().at(-1) ?? {};
  expect(SplitsOnHold).toBeUndefined();
  expect(OrderHoldSeconds).toBeGreaterThanOrEqual(86_400);
  expect(OrderHoldSeconds).toBeLessThan(86_400 + 3_600);
});

it("says for how long nobody has known whether money was moved, also while Stripe cannot be asked", async () => {
  const order = await orderB();
  const lines = logOf(order.order.id);
  await weather(order.space, { error_before_effect: 9, only: "POST /v1/transfers" });
  await order.pay();
  expect(await order.now()).toMatchObject({ split: { status: "under_way" } });
  expect(lines().at(-1)?.MovementUnknownSeconds).toBeLessThan(60);
  await weather(order.space, { unavailable: 50, only: "/v1/payment_intents" });
  passes(3_700_000);
  await expect(order.settle()).rejects.toThrow();
  expect(lines().at(-1)?.MovementUnknownSeconds).toBeGreaterThanOrEqual(3_700);

  await weather(order.space, { error_before_effect: 0, unavailable: 0, only: "" });
  expect(await order.settle()).toBe("done");
  expect(lines().at(-1)).not.toHaveProperty("MovementUnknownSeconds");
});
