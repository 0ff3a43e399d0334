import { expect, it } from "vitest";
import { NotFound } from "../../../lib/errors.ts";
import { getEvent } from "../../../lib/stripe_events/get_event.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { aSpace } from "../../support/spaces.ts";

it("finds an event of the Space, and of no other", async () => {
  const space = await aSpace();
  const { id, body } = anEvent();
  await deliver(space, body);
  expect(await getEvent(space.space, id)).toMatchObject({ id });
  await expect(getEvent("elsewhere", id)).rejects.toThrow(NotFound);
  await expect(getEvent(space.space, "evt_other")).rejects.toThrow(NotFound);
  await expect(getEvent(space.space, "")).rejects.toThrow(NotFound);
  await expect(getEvent(space.space, `evt_${"1".repeat(3_000)}`)).rejects.toThrow(NotFound);
});
