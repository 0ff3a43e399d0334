import { afterEach, describe, expect, it, vi } from "vitest";
import { fromSeconds, iso, after as moved, now, toSeconds } from "../../lib/clock.ts";

afterEach(() => vi.useRealTimers());

const noon = new Date("2026-11-23T12:00:00.250Z");

describe("the clock", () => {
  it("tells the time it is", () => {
    vi.useFakeTimers({ toFake: ["Date"], now: noon });
    expect(now()).toEqual(noon);
  });

  it("writes times that sort as text, in UTC with milliseconds", () => {
    expect(iso(noon)).toBe("2026-11-23T12:00:00.250Z");
    expect(iso(moved(noon, 1)) > iso(noon)).toBe(true);
  });

  it("takes Stripe's times as whole seconds", () => {
    expect(fromSeconds(1_795_435_200)).toEqual(new Date("2026-11-23T12:00:00.000Z"));
  });

  it("gives whole seconds, never one that has not come yet", () => {
    expect(toSeconds(new Date("2026-11-23T12:00:00.999Z"))).toBe(1_795_435_200);
  });

  it.each([
    [90_000, "2026-11-23T12:01:30.250Z"],
    [-250, "2026-11-23T12:00:00.000Z"],
  ])("moves a time by %i ms and leaves the one it was given", (ms, time) => {
    expect(iso(moved(noon, ms))).toBe(time);
    expect(iso(noon)).toBe("2026-11-23T12:00:00.250Z");
  });
});
