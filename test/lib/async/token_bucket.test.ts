import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TokenBucket } from "../../../lib/async/token_bucket.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
/** How many of ten it lets through. */
const taken = (budget: TokenBucket): number =>
  Array.from({ length: 10 }, () => budget.take()).filter(Boolean).length;

it("lets three through in a row, and then one in 5 s, of which it saves up three", () => {
  const budget = new TokenBucket();
  expect(taken(budget)).toBe(3);
  later(4_999);
  expect(taken(budget)).toBe(0);
  later(1);
  expect(taken(budget)).toBe(1);
  later(60_000);
  expect(taken(budget)).toBe(3);
});
