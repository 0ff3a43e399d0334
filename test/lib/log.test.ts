import { afterEach, describe, expect, it, vi } from "vitest";
import { describe as describeError, log } from "../../lib/log.ts";

afterEach(() => vi.restoreAllMocks());

describe("log", () => {
  it.each(["info", "warn", "error"] as const)("writes one line of JSON for an entry of level %s", (level) => {
    const written = vi.spyOn(console, level).mockImplementation(() => {});
    log[level]("a run ended", { event: "evt_1", runs: 2, dead: false, marketplace: undefined });
    log[level]("two\nlines");
    expect(written.mock.calls).toEqual([
      [`{"level":"${level}","message":"a run ended","event":"evt_1","runs":2,"dead":false}`],
      [`{"level":"${level}","message":"two\\nlines"}`],
    ]);
  });
});

describe("describe", () => {
  it("tells an error's name and where it was thrown, and nothing of what it says", () => {
    const told = describeError(new RangeError("card 4242 4242 4242 4242 of jenny@example.com"));
    expect(told).toEqual({ error: "RangeError", at: expect.stringContaining("log.test.ts") });
    expect(JSON.stringify(told)).not.toMatch(/4242|jenny/);
  });

  it("tells nothing of a message that looks like a place", () => {
    const told = describeError(new Error("bad input:\n    at sk_test_4242"));
    expect(told.at).toContain("log.test.ts");
  });

  it("tells no place where an error has none", () => {
    const error = new Error("lost");
    delete error.stack;
    expect(describeError(error)).toEqual({ error: "Error", at: undefined });
  });

  it.each([
    ["a text", "sk_test_4242", "string"],
    ["nothing", undefined, "undefined"],
    ["an object", { card: "4242" }, "object"],
  ])("tells only the kind of what is thrown as %s", (_what, thrown, error) => {
    expect(describeError(thrown)).toEqual({ error, at: undefined });
  });
});
