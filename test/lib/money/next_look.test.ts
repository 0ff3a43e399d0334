import { expect, it } from "vitest";
import { nextLook } from "../../../lib/money/next_look.ts";
import type { Split } from "../../../lib/orders/split.ts";

const HOUR_MS = 60 * 60_000;
const since = new Date("2026-11-23T12:00:00.000Z");

/** When an Order that stands so is looked at, by the clock alone, in minutes after it began to. */
function looks(split: Pick<Split, "status" | "reason">, times: number): (number | undefined)[] {
  let at: Date | undefined = since;
  return Array.from({ length: times }, () => {
    at = at && nextLook({ ...split, since: since.toISOString(), detail: "" }, at);
    return at && (at.getTime() - since.getTime()) / 60_000;
  });
}
const hours = (split: Pick<Split, "status" | "reason">, times: number) =>
  looks(split, times).map((minutes) => minutes && minutes / 60);

it("looks for Stripe's fee often at first, and then hourly", () => {
  expect(looks({ status: "waiting", reason: "fee_unknown" }, 9)).toEqual([
    0.5, 1.5, 3.5, 8.5, 18.5, 38.5, 78.5, 138.5, 198.5,
  ]);
});

it("looks hourly for a fee that is late, as the Order's page says", () => {
  expect(hours({ status: "on_hold", reason: "fee_late" }, 4)).toEqual([1, 2, 3, 4]);
});

it("looks at what is on hold less and less, and drops it never", () => {
  const held = hours({ status: "on_hold", reason: "vendor_balance" }, 40);
  expect(held.slice(0, 5)).toEqual([1, 4, 10, 24, 48]);
  const month = held.findIndex((hour = 0) => hour >= 30 * 24);
  expect((held[month + 2] ?? 0) - (held[month + 1] ?? 0)).toBe(7 * 24);
});

it.each(["none", "done", "nothing_due", "by_hand"] as const)(
  "waits for an event, or a person, where it is %s",
  (status) => {
    expect(
      nextLook({ status, since: since.toISOString(), detail: "" }, new Date(since.getTime() + HOUR_MS)),
    ).toBeUndefined();
  },
);
