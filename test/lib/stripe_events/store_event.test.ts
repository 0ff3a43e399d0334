import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { parseEvent } from "../../../lib/stripe_events/incoming_event.ts";
import { newRow, storeEvent } from "../../../lib/stripe_events/store_event.ts";
import { LEASE_MS, verifiedWith } from "../../../lib/stripe_events/stored_event.ts";
import { aBody } from "../../bench/bodies.ts";
import { itemSize, writeUnits } from "../../bench/item_size.ts";
import { anEvent } from "../../support/events.ts";
import { storedEvent } from "../../support/stored_events.ts";

const VERIFIED = verifiedWith(undefined, "whsec_…4242");
const space = `space-${randomBytes(4).toString("hex")}`;

function incoming(facts: Parameters<typeof anEvent>[0] = {}) {
  const body = Buffer.from(anEvent(facts).body);
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

const metadata = { marketplace: "0b8f5c1e-1111-4222-8333-444455556666", order: "01ARZ3NDEKTSV4RRFFQ69G5FAV" };

it("names the Marketplace and the Order from its receipt on, as its object's metadata does", async () => {
  const { event, body } = incoming({ object: { id: "cs_1", metadata } });
  await storeEvent(space, event, body, VERIFIED);
  const stored = await storedEvent({ space }, event.id);
  expect(stored).toMatchObject({ ...metadata, status: "received" });
  expect(stored?.proved).toBeUndefined();
});

it("takes no name from what a connected account's Vendor wrote", async () => {
  const { event, body } = incoming({ account: "acct_1", object: { id: "cs_1", metadata } });
  await storeEvent(space, event, body, VERIFIED);
  expect((await storedEvent({ space }, event.id))?.marketplace).toBeUndefined();
});

it("is one write unit where an event of 5 KB names both", () => {
  for (let n = 0; n < 50; n++) {
    const body = Buffer.from(aBody(5).body);
    const event = parseEvent(body);
    if (!event) throw new Error("no event");
    const row = newRow("zinc-coop", event, body, VERIFIED);
    expect(row.hint?.B).toHaveLength(32);
    expect(writeUnits(itemSize(row))).toBe(1);
  }
});
