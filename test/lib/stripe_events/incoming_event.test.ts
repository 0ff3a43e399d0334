import { describe, expect, it } from "vitest";
import { parseEvent } from "../../../lib/stripe_events/incoming_event.ts";
import { anEvent, aThinEvent } from "../../support/events.ts";

const changed = (change: Record<string, unknown>): Buffer =>
  Buffer.from(JSON.stringify({ ...JSON.parse(anEvent({ id: "evt_1" }).body), ...change }));

describe("parseEvent", () => {
  it("takes what we need of an event, and leaves the rest", () => {
    const { body } = anEvent({ id: "evt_1", account: "acct_1", created: 1_795_435_200 });
    expect(parseEvent(Buffer.from(body))).toEqual({
      id: "evt_1",
      object: "event",
      type: "customer.created",
      created: 1_795_435_200,
      livemode: false,
      api_version: "2026-10-28.endive",
      account: "acct_1",
      data: { object: { id: "cus_1" } },
    });
  });

  it.each([
    ["an object without an id", { data: { object: { object: "balance" } } }],
    ["no API version", { api_version: null }],
    ["no account", { account: null }],
    ["an object whose id is null", { data: { object: { id: null } } }],
  ])("takes an event with %s", (_, change) => {
    expect(parseEvent(changed(change))).toBeDefined();
  });

  it.each([
    ["another object", { object: "v2.core.event" }],
    ["no id", { id: undefined }],
    ["an id that is none of an event", { id: "cs_1" }],
    ["an id with a separator of our keys in it", { id: "evt_1#2" }],
    ["an id longer than a key may be", { id: `evt_${"1".repeat(2_000)}` }],
    ["a type that is none", { type: "<script>" }],
    ["a time in text", { created: "2026-11-23T12:00:00Z" }],
    ["a negative time", { created: -1 }],
    ["no mode", { livemode: undefined }],
    ["an account that is none", { account: "cus_1" }],
    ["no data", { data: undefined }],
    ["no object", { data: {} }],
  ])("takes nothing with %s", (_, change) => {
    expect(parseEvent(changed(change))).toBeUndefined();
  });
});

it("takes null and nothing for absent", () => {
  expect(parseEvent(changed({ account: null }))?.account).toBeUndefined();
  expect(parseEvent(changed({ data: { object: { id: "" } } }))?.data.object.id).toBeUndefined();
});

it.each([
  ["text", "demo"],
  ["null", null],
  ["a list", [1]],
  ["other types", { marketplace: 1, order: { deep: true } }],
])("takes an event whose metadata is %s, for none of ours", (_what, metadata) => {
  const event = parseEvent(changed({ data: { object: { id: "cus_1", metadata } } }));
  expect(event?.data.object.id).toBe("cus_1");
  expect(event?.data.object.metadata?.marketplace).toBeUndefined();
  expect(event?.data.object.metadata?.order).toBeUndefined();
});

describe("a thin event", () => {
  const parse = (changes?: Record<string, unknown>) => {
    const { id, body } = aThinEvent(changes);
    return { id, event: parseEvent(Buffer.from(body)) };
  };

  it("is taken by what it names", () => {
    const { id, event } = parse({ context: "acct_1" });
    expect(event).toEqual({
      object: "event",
      id,
      type: "v2.core.event_destination.ping",
      created: 1_795_435_200,
      livemode: false,
      api_version: null,
      account: "acct_1",
      data: { object: { id: "mtr_1" } },
    });
  });

  it.each([
    ["no object", { related_object: null }],
    ["nothing optional", { related_object: undefined, context: undefined }],
    ["an organization's context", { context: "org_1/acct_1" }],
    ["a type with a part in brackets", { type: "v2.core.account[requirements].updated" }],
  ])("is taken with %s", (_what, changes) => {
    expect(parse(changes).event).toMatchObject({ account: undefined });
  });

  it.each([
    ["a snapshot event's type", { type: "checkout.session.completed" }],
    ["an id that could reach into another key", { id: "evt_1#x" }],
    ["no time", { created: "yesterday" }],
    ["a time before all", { created: "1969-01-01T00:00:00Z" }],
    ["no mode", { livemode: undefined }],
  ])("is none with %s", (_what, changes) => {
    expect(parse(changes).event).toBeUndefined();
  });
});
