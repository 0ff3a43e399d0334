import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventsByHour } from "../../../lib/stripe_events/events_by_hour.ts";
import { storeMany } from "../../support/deliveries.ts";
import { aNewSpace } from "../../support/spaces.ts";
import { aFailingEvent } from "../../support/stored_events.ts";

const at = (time: string): number => Date.parse(`2027-05-01T${time}Z`);

beforeEach(() => {
  vi.setSystemTime(at("14:30:00"));
});
afterEach(() => {
  vi.useRealTimers();
});

/** So many events of that minute, of which some fail. */
async function events(space: { space: string }, time: string, { handled = 0, failing = 0 }): Promise<void> {
  vi.setSystemTime(at(time));
  await storeMany(space, handled);
  for (let n = 0; n < failing; n++)
    await aFailingEvent(space, `stripe:http_50${n}`, { created: at(time) / 1_000 });
  vi.setSystemTime(at("14:30:00"));
}

it("counts the events of each of the last 24 hours, and those that fail", async () => {
  const [space, other] = [await aNewSpace(), await aNewSpace()];
  await events(space, "14:00:00", { handled: 2, failing: 1 });
  await events(space, "13:59:59", { failing: 2 });
  await events(other, "13:00:00", { handled: 1 });
  const { hours, ...rest } = await eventsByHour(space.space);
  expect(rest).toEqual({ since: undefined, knowsFailing: true });
  expect(hours).toHaveLength(24);
  expect(hours[0]).toEqual({ from: "2027-04-30T15:00:00.000Z", events: 0, failing: 0 });
  expect(hours.slice(-2)).toEqual([
    { from: "2027-05-01T13:00:00.000Z", events: 2, failing: 2 },
    { from: "2027-05-01T14:00:00.000Z", events: 3, failing: 1 },
  ]);
});

it("reads no more than it may, and says so", async () => {
  const space = await aNewSpace();
  await events(space, "10:00:00", { handled: 3 });
  await events(space, "12:00:00", { handled: 1, failing: 2 });
  const { hours, ...rest } = await eventsByHour(space.space, { events: 4, failing: 1 });
  expect(rest).toEqual({ since: "2027-05-01T10:00:00.000Z", knowsFailing: false });
  expect(hours.filter((hour) => hour.events > 0)).toMatchObject([
    { from: "2027-05-01T10:00:00.000Z", events: 1 },
    { from: "2027-05-01T12:00:00.000Z", events: 3, failing: 1 },
  ]);
});
