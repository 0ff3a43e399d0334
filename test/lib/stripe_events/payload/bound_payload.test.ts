import { expect, it } from "vitest";
import { boundPayload, MAX_DEPTH } from "../../../../lib/stripe_events/payload/bound_payload.ts";
import { aBody } from "../../../bench/bodies.ts";

const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

it("leaves what Stripe sends as it is", () => {
  for (const kb of [1, 5, 50, 300] as const) {
    const payload = JSON.parse(aBody(kb).body);
    expect(boundPayload(payload)).toEqual({ payload, payload_note: null });
  }
});

it("keeps as many levels as it says, and no more", () => {
  expect(boundPayload(nested(MAX_DEPTH))).toEqual({ payload: nested(MAX_DEPTH), payload_note: null });
  const { payload, payload_note } = boundPayload(nested(MAX_DEPTH + 1));
  expect(JSON.stringify(payload)).toBe(`${"[".repeat(MAX_DEPTH)}"…"${"]".repeat(MAX_DEPTH)}`);
  expect(payload_note).toContain("is left out");
});

it("keeps every value that JSON has, and every name", () => {
  const text = '{"__proto__":{"a":1},"none":null,"yes":true,"list":[1,"",{}],"":0}';
  expect(JSON.stringify(boundPayload(JSON.parse(text)).payload)).toBe(text);
});
