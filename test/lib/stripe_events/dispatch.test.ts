import { beforeAll, expect, it, vi } from "vitest";
import { after, now } from "../../../lib/clock.ts";
import { dispatch } from "../../../lib/stripe_events/dispatch.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent, eventId } from "../../support/events.ts";
import { weather } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

/** When Lambda ends an invocation that begins now. */
const end = () => after(now(), 60_000);

async function received() {
  const { id, body } = anEvent();
  await deliver(space, body);
  const event = await storedEvent(space, id);
  if (!event) throw new Error("not stored");
  return event;
}

it("runs an event under the lease that receiving gave", async () => {
  const event = await received();
  await dispatch(event, end());
  expect(await storedEvent(space, event.id)).toMatchObject({
    status: "ignored",
    runs: [{ outcome: "ignored" }],
  });
});

it.each<[when: string, late_ms: number]>([
  ["its lease is over", 90_000],
  ["its lease would be over before Lambda ends the run", 31_000],
])("runs nothing that comes when %s", async (_when, late_ms) => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const event = await received();
  const came = after(new Date(event.received_at), late_ms);
  await dispatch(event, after(came, 60_000));
  expect(await storedEvent(space, event.id)).toMatchObject({ status: "received", runs: [{}] });
  expect(warned.mock.calls.flat().join()).toContain("a record came too late for its lease");
  warned.mockRestore();
});

it("runs what ends within its lease at the latest", async () => {
  const event = await received();
  await dispatch(event, after(new Date(event.received_at), 89_000));
  expect(await storedEvent(space, event.id)).toMatchObject({ status: "ignored" });
});

it("leaves a Space whose Stripe is slow to retry, for a while, and holds up no other with it", async () => {
  const slow = await aSpace();
  await weather(slow, { slow_ms: 5_000 });
  const ofSession = async (of: TestSpace) => {
    const { id, body } = anEvent({ type: "checkout.session.completed", object: { id: `cs_${eventId()}` } });
    await deliver(of, body);
    const event = await storedEvent(of, id);
    if (!event) throw new Error("not stored");
    return event;
  };
  await dispatch(await ofSession(slow), end());
  const [next, other] = [await ofSession(slow), await ofSession(space)];
  const began = performance.now();
  await Promise.all([dispatch(next, end()), dispatch(other, end())]);
  expect(performance.now() - began).toBeLessThan(4_000);
  const left = await storedEvent(slow, next.id);
  expect(left).toMatchObject({ status: "retrying", runs: [] });
  expect(new Date(left?.due_at ?? 0).getTime()).toBeLessThan(Date.now() + 30_000);
  expect(await storedEvent(space, other.id)).toMatchObject({ runs: [{ outcome: "retrying" }] });
});
