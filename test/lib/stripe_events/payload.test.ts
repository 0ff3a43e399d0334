import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { packPayload, unpackPayload } from "../../../lib/stripe_events/payload.ts";

it("gives back every byte, and takes less room than the body", () => {
  const body = Buffer.from(JSON.stringify({ text: "Grüße, ".repeat(500) }));
  const packed = packPayload(body);
  expect(packed?.length).toBeLessThan(body.length / 5);
  expect(unpackPayload(packed ?? Buffer.of())).toEqual(body);
});

it("packs nothing that would not fit into an item, compressed", () => {
  expect(packPayload(Buffer.alloc(1_000_000, "a"))).toBeDefined();
  expect(packPayload(randomBytes(349_000))).toBeDefined();
  expect(packPayload(randomBytes(351_000))).toBeUndefined();
});
