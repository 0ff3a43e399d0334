import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  RefusalCounter,
  RefusalLog,
  type RefusalReason,
  type Refusals,
} from "../../../lib/stripe_events/refused_deliveries.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-23T14:02:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A counter, and what it wrote; `answer` is what becomes of a write. */
function aCounter(answer: () => Promise<unknown> = async () => undefined) {
  const written: { space: string; row: string; counted: Partial<Record<RefusalReason, Refusals>> }[] = [];
  const counter = new RefusalCounter((space, row, counted) => {
    written.push({ space, row, counted: Object.fromEntries(counted) });
    return answer();
  });
  const refuse = async (row = "row", reason: RefusalReason = "wrong_secret") => {
    counter.count("space", row, reason);
    await counter.writeIfDue("space", row);
  };
  return { counter, written, refuse };
}

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

it("has the log tell of three in a row, then of one in five seconds, and of how many each stands for", () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const refusals = new RefusalLog();
  const tell = (times: number) => {
    for (let n = 0; n < times; n++) refusals.tell({ space: "space", reason: "wrong_secret" });
  };
  const told = () => warned.mock.calls.map(([line]) => JSON.parse(String(line)).DeliveriesRefused);
  tell(10_000);
  expect(told()).toEqual([1, 1, 1]);
  later(5_000);
  tell(10_000);
  expect(told()).toEqual([1, 1, 1, 9_998]);
  later(60_000);
  tell(1);
  expect(told()).toEqual([1, 1, 1, 9_998, 10_000]);
  expect(JSON.parse(String(warned.mock.calls[0]))).toMatchObject({
    message: "a delivery was refused",
    space: "space",
    reason: "wrong_secret",
    _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: "DeliveriesRefused" }] }] },
  });
});

it("writes the first at once, and the next a minute later, with all that were refused meanwhile", async () => {
  const { written, refuse } = aCounter();
  for (let n = 0; n < 30; n++) {
    await refuse();
    later(1_000);
  }
  expect(written).toHaveLength(1);
  later(29_999);
  await refuse("row", "stale");
  expect(written).toHaveLength(1);
  later(1);
  await refuse();
  expect(written).toEqual([
    {
      space: "space",
      row: "row",
      counted: {
        wrong_secret: { times: 1, first_at: "2026-11-23T14:02:00.000Z", last_at: "2026-11-23T14:02:00.000Z" },
      },
    },
    {
      space: "space",
      row: "row",
      counted: {
        wrong_secret: {
          times: 30,
          first_at: "2026-11-23T14:02:01.000Z",
          last_at: "2026-11-23T14:03:00.000Z",
        },
        stale: { times: 1, first_at: "2026-11-23T14:02:59.999Z", last_at: "2026-11-23T14:02:59.999Z" },
      },
    },
  ]);
});

it("writes nothing where nothing was counted", async () => {
  const { counter, written } = aCounter();
  await counter.writeIfDue("space", "row");
  expect(written).toEqual([]);
});

it("writes no more in all than fifteen in the first minute, and twelve in each that follows, of however many", async () => {
  const { written, refuse } = aCounter();
  const minute = async () => {
    for (let second = 0; second < 60; second++) {
      for (let n = 0; n < 100; n++) await refuse(`row ${second * 100 + n}`);
      later(1_000);
    }
    return written.splice(0).length;
  };
  expect(await minute()).toBeLessThanOrEqual(15);
  expect(await minute()).toBe(12);
  expect(await minute()).toBe(12);
});

it("counts for a thousand at most: of more, the one that was longest ago gives way", async () => {
  const { counter, written } = aCounter();
  for (let n = 0; n <= 1_000; n++) counter.count("space", `row ${n}`, "wrong_secret");
  await counter.writeIfDue("space", "row 0");
  await counter.writeIfDue("space", "row 1");
  expect(written.map(({ row }) => row)).toEqual(["row 1"]);
});

it("throws nothing where a write fails, tries again a minute later, and has forgotten none", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  let isDown = true;
  const { counter, written, refuse } = aCounter(async () => {
    // While it is written, another comes.
    if (isDown) counter.count("space", "row", "wrong_secret");
    if (isDown) throw new Error("the table does not answer");
  });
  await refuse();
  isDown = false;
  await refuse();
  expect(written).toHaveLength(1);
  later(60_000);
  await refuse();
  expect(written[1]?.counted).toEqual({
    wrong_secret: { times: 4, first_at: "2026-11-23T14:02:00.000Z", last_at: "2026-11-23T14:03:00.000Z" },
  });
});

it("waits for a write half a second at most", async () => {
  const { refuse } = aCounter(() => new Promise(() => {}));
  let isOver = false;
  const over = refuse().then(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(499);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await over;
});
