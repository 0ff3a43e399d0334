import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { parseEvent } from "../../../lib/stripe_events/incoming_event.ts";
import { storeEvent } from "../../../lib/stripe_events/store_event.ts";
import { LEASE_MS, verifiedWith } from "../../../lib/stripe_events/stored_event.ts";
import { anEvent } from "../../support/events.ts";
import { storedEvent } from "../../support/stored_events.ts";

const VERIFIED = verifiedWith(undefined, "whsec_…4242");
const space = `space-${randomBytes(4).toString("hex")}`;

function incoming() {
  const body = Buffer.from(anEvent().body);
  const event = parseEvent(body);
  if (!event) throw new Error("no event");
  return { event, body };
}

it("stores an event with the lease of its first run", async () => {
  const { event, body } = incoming();
  expect(await storeEvent(space, event, body, VERIFIED)).toEqual({ stored: true });
  const stored = await storedEvent({ space }, event.id);
  const lease = new Date(stored?.due_at ?? 0).getTime() - new Date(stored?.received_at ?? 0).getTime();
  expect(lease).toBe(LEASE_MS);
  expect(stored?.runs).toEqual([{ first: true }]);
});

it("leaves a duplicate as it was, and says so", async () => {
  const { event, body } = incoming();
  await storeEvent(space, event, body, VERIFIED);
  const before = await storedEvent({ space }, event.id);
  expect(await storeEvent(space, { ...event, type: "charge.refunded" }, body, VERIFIED)).toEqual({
    stored: false,
    verified_with: VERIFIED,
  });
  expect(await storedEvent({ space }, event.id)).toEqual(before);
});
