import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { countOverTime, shownOverTime } from "../../../lib/stripe_events/events_over_time.ts";
import { listEvents } from "../../../lib/stripe_events/list_events.ts";
import { storeMany } from "../../support/deliveries.ts";
import { aNewSpace } from "../../support/spaces.ts";
import { aFailingEvent } from "../../support/stored_events.ts";
import { readUnitsOf } from "../../support/write_units.ts";

const at = (time: string): number => Date.parse(`2027-05-01T${time}Z`);
const NOW = at("14:30:00");

beforeEach(() => {
  vi.setSystemTime(NOW);
});
afterEach(() => {
  vi.useRealTimers();
});

/** So many events of that moment, of which some fail. */
async function events(space: { space: string }, time: number, { handled = 0, failing = 0 }): Promise<void> {
  vi.setSystemTime(time);
  await storeMany(space, handled);
  for (let n = 0; n < failing; n++)
    await aFailingEvent(space, `stripe:http_50${n}`, { created: time / 1_000 });
  vi.setSystemTime(NOW);
}

const seen = ({ bars }: { bars: { events: number }[] }) => bars.filter((bar) => bar.events > 0);

describe("a Space's events over time", () => {
  it("are counted until now, and those that fail, in bars as short as there is room for", async () => {
    const space = await aNewSpace();
    await events(space, at("12:31:00"), { handled: 2, failing: 1 });
    await events(space, at("14:29:59"), { failing: 2 });
    const counted = await countOverTime(space.space, {});
    expect(counted).toMatchObject({ bar_s: 300, of: "all", knowsFailing: true });
    expect(counted.bars).toHaveLength(25);
    expect(seen(counted)).toEqual([
      { from: "2027-05-01T12:30:00.000Z", events: 3, failing: 1 },
      { from: "2027-05-01T14:25:00.000Z", events: 2, failing: 2 },
    ]);
  });

  it("are those of a span, which the bars cover from its beginning to its end", async () => {
    const space = await aNewSpace();
    await events(space, at("09:59:59"), { handled: 1 });
    await events(space, at("10:00:00"), { handled: 2 });
    await events(space, at("11:00:01"), { handled: 1 });
    const counted = await countOverTime(space.space, { from: at("10:00:00"), to: at("11:00:00") });
    expect(counted.bars[0]).toEqual({ from: "2027-05-01T10:00:00.000Z", events: 2, failing: 0 });
    expect(counted.bars.at(-1)?.from).toBe("2027-05-01T11:00:00.000Z");
    expect(seen(counted)).toHaveLength(1);
  });

  it("are at most 30 bars, however long the span", async () => {
    const space = await aNewSpace();
    await events(space, at("10:00:00"), { handled: 1 });
    const hours = await countOverTime(space.space, { from: at("10:00:00") - 24 * 3_600_000 });
    expect(hours.bar_s).toBe(3_600);
    const { bars } = await countOverTime(space.space, { from: Date.parse("1970-01-01") });
    expect(bars.length).toBeLessThanOrEqual(30);
    expect(bars.reduce((sum, bar) => sum + bar.events, 0)).toBe(1);
  });

  it("are none where there are none", async () => {
    const { space } = await aNewSpace();
    expect((await countOverTime(space, {})).bars).toEqual([]);
    expect((await countOverTime(space, { from: at("10:00:00") })).bars).toEqual([]);
  });

  it("are the newest alone where there are more than are read, and the bars begin with the oldest of those", async () => {
    const space = await aNewSpace();
    await events(space, at("08:00:00"), { handled: 3 });
    await events(space, at("12:00:00"), { handled: 1, failing: 2 });
    const counted = await countOverTime(space.space, { from: at("01:00:00") }, { events: 3, failing: 1 });
    expect(counted).toMatchObject({ of: "newest", knowsFailing: false });
    expect(counted.bars[0]).toMatchObject({ from: "2027-05-01T12:00:00.000Z", events: 3, failing: 1 });
  });

  it("are counted from what a page has read anyway", async () => {
    const space = await aNewSpace();
    await events(space, at("12:00:00"), { handled: 1, failing: 1 });
    await events(space, at("13:00:00"), { handled: 1 });
    const { data } = await listEvents({ space: space.space, limit: 10, next: undefined });
    const shown = shownOverTime(data);
    expect(shown).toMatchObject({ of: "shown", knowsFailing: true });
    expect(seen(shown)).toMatchObject([
      { events: 2, failing: 1 },
      { events: 1, failing: 0 },
    ]);
    expect(shownOverTime([]).bars).toEqual([]);
  });
});

describe("of 1,200 events, the count over time", () => {
  let busy: { space: string };
  beforeAll(async () => {
    busy = await aNewSpace();
    await storeMany(busy, 1_200);
  });

  it("reads 800 of the log's keys, at 16 read units at most, and no event", async () => {
    const units = await readUnitsOf(async () => {
      const { bars, of } = await countOverTime(busy.space, {});
      expect([of, bars.reduce((sum, bar) => sum + bar.events, 0)]).toEqual(["newest", 800]);
    });
    expect(units.table ?? 0).toBe(0);
    expect(units.sum).toBeLessThanOrEqual(16);
  });
});
