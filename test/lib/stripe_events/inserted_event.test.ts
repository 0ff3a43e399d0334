import { beforeAll, expect, it, vi } from "vitest";
import { insertedEvent } from "../../../lib/stripe_events/inserted_event.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { insertRecord } from "../../support/records.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

it("reads from a stream's record what the table has", async () => {
  const { id, body } = anEvent();
  await deliver(space, body);
  const inserted = insertedEvent(await insertRecord(space, id));
  const stored = await storedEvent(space, id);
  expect({ ...inserted, payload: Buffer.from(inserted?.payload ?? []) }).toEqual({
    ...stored,
    payload: Buffer.from(stored?.payload ?? []),
  });
});

it("reads nothing from another change, or from an item that is no event", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const { id, body } = anEvent();
  await deliver(space, body);
  const record = await insertRecord(space, id);
  expect(insertedEvent({ ...record, eventName: "MODIFY" })).toBeUndefined();
  expect(log).not.toHaveBeenCalled();
  expect(insertedEvent({ ...record, dynamodb: { NewImage: {} } })).toBeUndefined();
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
});
