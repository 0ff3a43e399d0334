import { beforeAll, expect, it, vi } from "vitest";
import { dispatch } from "../../../lib/stripe_events/dispatch.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue, storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

async function received() {
  const { id, body } = anEvent();
  await deliver(space, body);
  const event = await storedEvent(space, id);
  if (!event) throw new Error("not stored");
  return event;
}

it("runs an event under the lease that receiving gave", async () => {
  const event = await received();
  await dispatch(event);
  expect(await storedEvent(space, event.id)).toMatchObject({
    status: "ignored",
    runs: [{ outcome: "ignored" }],
  });
});

it("runs nothing that comes when its lease is over", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const event = await received();
  await makeDue(space, event.id);
  const late = await storedEvent(space, event.id);
  if (late) await dispatch(late);
  expect(await storedEvent(space, event.id)).toMatchObject({ status: "received", runs: [{}] });
  vi.restoreAllMocks();
});
