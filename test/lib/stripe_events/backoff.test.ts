import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RETRY_FOR_MS } from "../../../lib/async/backoff.ts";
import { afterRateLimit, nextTry, retryUntil } from "../../../lib/stripe_events/backoff.ts";

const received_at = "2026-11-23T12:00:00.000Z";
const start = new Date(received_at).getTime();
const at = (ms: number) => vi.setSystemTime(start + ms);
const wait = () => nextTry({ received_at }).getTime() - Date.now();
const HOUR_MS = 60 * 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the wait before the next try", () => {
  it.each([
    ["30 s at first", 0, 30_000],
    ["as long again as it has been failing", 10 * 60_000, 10 * 60_000],
    ["6 h at most", 2 * 24 * HOUR_MS, 6 * HOUR_MS],
  ])("is %s, give or take half", (_, failing, expected) => {
    at(failing);
    const waits = Array.from({ length: 200 }, wait);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(expected * 0.5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(expected * 1.5);
    expect(new Set(waits).size).toBeGreaterThan(100);
  });

  it("comes to some twenty-five tries in three days", () => {
    let tries = 0;
    for (let ms = 0; ms < RETRY_FOR_MS; ms += wait()) {
      tries += 1;
      at(ms);
    }
    expect(tries).toBeGreaterThan(12);
    expect(tries).toBeLessThan(50);
  });

  it("starts anew with a replay", () => {
    at(2 * 24 * HOUR_MS);
    const replayed_at = new Date().toISOString();
    expect(nextTry({ received_at, replayed_at }).getTime() - Date.now()).toBeLessThanOrEqual(45_000);
    expect(retryUntil({ received_at, replayed_at }).getTime()).toBe(Date.now() + RETRY_FOR_MS);
  });

  it("is some seconds where Stripe asks to slow down", () => {
    at(0);
    const ms = afterRateLimit().getTime() - Date.now();
    expect(ms).toBeGreaterThanOrEqual(7_500);
    expect(ms).toBeLessThanOrEqual(22_500);
  });
});
