import { afterEach, describe, expect, it, vi } from "vitest";
import { describeError, log, withLogFields } from "../../lib/log.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

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

  it("says on every line which request and event it is for, however deep it was written", async () => {
    const written = vi.spyOn(console, "info").mockImplementation(() => {});
    await withLogFields({ request: "request-1" }, async () => {
      const runs = ["evt_1", "evt_2"].map((event) =>
        withLogFields({ event }, async () => {
          await Promise.resolve();
          log.info("a run ended", { run: 1 });
        }),
      );
      await Promise.all(runs);
      log.info("all ended");
    });
    log.info("afterwards");
    expect(written.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
      { level: "info", message: "a run ended", request: "request-1", event: "evt_1", run: 1 },
      { level: "info", message: "a run ended", request: "request-1", event: "evt_2", run: 1 },
      { level: "info", message: "all ended", request: "request-1" },
      { level: "info", message: "afterwards" },
    ]);
  });

  it("marks metrics for CloudWatch, by stage, in the unit that their names say", () => {
    const written = vi.spyOn(console, "info").mockImplementation(() => {});
    vi.stubEnv("STAGE", "prod");
    log.info("a run ended", { event: "evt_1" }, { EventsDead: 1, RunMs: 12, OldestDueSeconds: 3 });
    const [[line] = []] = written.mock.calls;
    expect(JSON.parse(line)).toEqual({
      level: "info",
      message: "a run ended",
      event: "evt_1",
      stage: "prod",
      EventsDead: 1,
      RunMs: 12,
      OldestDueSeconds: 3,
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: "ConveneStripe",
            Dimensions: [["stage"]],
            Metrics: [
              { Name: "EventsDead", Unit: "Count" },
              { Name: "RunMs", Unit: "Milliseconds" },
              { Name: "OldestDueSeconds", Unit: "Seconds" },
            ],
          },
        ],
      },
    });
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
