import { describe, expect, it } from "vitest";
import { queryOf } from "../../../lib/http/input.ts";
import { EventFilter, isMeant, isOfType } from "../../../lib/stripe_events/event_filter.ts";
import type { StoredEvent } from "../../../lib/stripe_events/stored_event.ts";
import { aRequest } from "../../support/requests.ts";

const filterOf = (query: Record<string, string>) => queryOf(aRequest({ query }), EventFilter);

describe("a filter of events", () => {
  it("is what a query says of it, and a field that is blank says nothing", () => {
    expect(filterOf({})).toEqual({});
    expect(filterOf({ status: "", type: "", marketplace: "", cause: "", from: "", to: "" })).toEqual({});
    expect(
      filterOf({ status: "dead", type: "charge.*", cause: "stripe:timeout", from: "2026-11-20", limit: "5" }),
    ).toEqual({
      status: "dead",
      type: "charge.*",
      cause: "stripe:timeout",
      from: Date.parse("2026-11-20"),
    });
  });

  it("may be of a single moment", () => {
    const at = "2026-11-20T14:02:05Z";
    expect(filterOf({ from: at, to: at })).toEqual({ from: Date.parse(at), to: Date.parse(at) + 999 });
  });

  it.each([
    [{ status: "paid" }, "status: must be one of received, succeeded, ignored, retrying, dead"],
    [{ type: "*" }, "type: must be a type of Stripe's, or how some begin"],
    [{ type: "charge*" }, "type: must be a type"],
    [{ type: "charge.*.updated" }, "type: must be a type"],
    [{ type: "Charge.updated" }, "type: must be a type"],
    [{ type: "a".repeat(101) }, "type: must be a type"],
    [{ marketplace: "first" }, "marketplace: must be the id of a Marketplace"],
    [{ cause: "a b" }, "cause: must be a cause"],
    [{ from: "now" }, "from: must be a time of UTC"],
    [{ from: "2026-11-21", to: "2026-11-20" }, "to: must not be before `from`"],
  ])("is refused for %j", (query, message) => {
    expect(() => filterOf(query)).toThrow(
      expect.objectContaining({
        status: 400,
        code: "invalid_field",
        message: expect.stringContaining(message),
      }),
    );
  });
});

it.each([
  ["charge.refunded", "charge.refunded", true],
  ["charge.refunded", "charge.refund.updated", false],
  ["charge.*", "charge.refund.updated", true],
  ["charge.refund.*", "charge.refunded", false],
  ["charge.*", "charges.made", false],
])("%s means %s: %s", (wanted, type, is) => {
  expect(isOfType(wanted, type)).toBe(is);
});

const event = (changes: Partial<StoredEvent> = {}): StoredEvent => ({
  space: "a-space",
  id: "evt_1",
  type: "charge.updated",
  created: 1_795_132_800,
  livemode: false,
  status: "dead",
  received_at: "2026-11-20T00:00:01.000Z",
  runs: [{ at: "2026-11-20T00:00:01.000Z", outcome: "dead", cause: "stripe:timeout" }],
  marketplace: undefined,
  order: undefined,
  ...changes,
});

it.each<[object, boolean]>([
  [{}, true],
  [{ status: "dead", type: "charge.*", cause: "stripe:timeout", from: 1_795_132_800_000 }, true],
  [{ from: 1_795_132_800_000, to: 1_795_132_800_999 }, true],
  [{ status: "retrying" }, false],
  [{ type: "refund.*" }, false],
  [{ cause: "stripe:http_500" }, false],
  [{ from: 1_795_132_801_000 }, false],
  [{ to: 1_795_132_799_999 }, false],
])("%j means an event that it is all true of: %s", (filter, is) => {
  expect(isMeant(filter, event())).toBe(is);
});
