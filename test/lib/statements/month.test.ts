import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ValidationError } from "../../../lib/errors.ts";
import { monthOf, monthsSince } from "../../../lib/statements/month.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-30T23:59:59Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

it("is from its first second to the next month's, in UTC", () => {
  expect(monthOf("2024-02")).toEqual({
    name: "2024-02",
    from: new Date("2024-02-01T00:00:00Z"),
    to: new Date("2024-03-01T00:00:00Z"),
  });
  expect(monthOf("2025-12").to).toEqual(new Date("2026-01-01T00:00:00Z"));
  expect(monthOf("2026-11").name).toBe("2026-11");
});

it.each([
  undefined,
  "",
  "2026",
  "2026-13",
  "2026-00",
  "2026-1",
  "26-11",
  "2026-11-01",
  "2026-12",
  "2027-01",
  "../x",
])("refuses %j", (text) => {
  expect(() => monthOf(text)).toThrow(ValidationError);
});

it("lists every month since the first, newest first, and the one that runs where there was none", () => {
  expect(monthsSince("2026-08-31T23:59:59.000Z").map(({ name }) => name)).toEqual([
    "2026-11",
    "2026-10",
    "2026-09",
    "2026-08",
  ]);
  expect(monthsSince("2026-11-30T23:59:59.000Z").map(({ name }) => name)).toEqual(["2026-11"]);
});
