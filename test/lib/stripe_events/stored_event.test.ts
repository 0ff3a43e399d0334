import * as v from "valibot";
import { expect, it } from "vitest";
import { StoredEvent } from "../../../lib/stripe_events/stored_event.ts";

it("reads a payload's bytes as the table has them, and in base64 as a stream record in a Lambda has them", () => {
  const row = {
    pk: "demo#evt_1",
    space: "demo",
    type: "customer.created",
    verified_with: " whsec_…4242",
    created: 1,
    livemode: false,
    status: "received",
    received_at: "2026-11-23T12:00:00.000Z",
    runs: [],
  };
  const bytes = Buffer.from("payload");
  for (const payload of [new Uint8Array(bytes), bytes.toString("base64")])
    expect(Buffer.from(v.parse(StoredEvent, { ...row, payload }).payload ?? [])).toEqual(bytes);
});

it("reads the id from the key, and rows of before, which said it twice", () => {
  const row = {
    ...{ pk: "demo#evt_1", space: "demo", type: "customer.created", created: 1, livemode: false },
    ...{
      verified_with: " whsec_…4242",
      status: "received",
      received_at: "2026-11-23T12:00:00.000Z",
      runs: [{}],
    },
  };
  const before = { ...row, id: "evt_1", api_version: "2026-10-28.endive", runs: [{ at: row.received_at }] };
  expect(v.parse(StoredEvent, row)).toMatchObject({ id: "evt_1", runs: [{}] });
  expect(v.parse(StoredEvent, before)).toMatchObject({ id: "evt_1", runs: [{ at: row.received_at }] });
});
