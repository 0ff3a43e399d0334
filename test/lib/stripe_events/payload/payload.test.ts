import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseEvent } from "../../../../lib/stripe_events/incoming_event.ts";
import { dictionary1 } from "../../../../lib/stripe_events/payload/dictionary.ts";
import { packPayload, unpackPayload } from "../../../../lib/stripe_events/payload/payload.ts";
import { aBody } from "../../../bench/bodies.ts";

const row = {
  id: "evt_1",
  type: "charge.updated",
  account: undefined,
  object: "ch_1",
  verified_with: "m whsec_…1",
};

/** Packs and unpacks. */
const backOf = (body: Buffer, of = row): Buffer => unpackPayload(packPayload(body, of) ?? Buffer.of(), of);

describe("a payload", () => {
  it("comes back with every byte, and takes less room than the body", () => {
    const body = Buffer.from(JSON.stringify({ text: "Grüße, ".repeat(500) }));
    expect(packPayload(body, row)?.length).toBeLessThan(body.length / 5);
    expect(backOf(body)).toEqual(body);
  });

  it.each([
    ["nothing", Buffer.of()],
    ["a byte", Buffer.of(0)],
    ["bytes that are no text", randomBytes(20_000)],
    ["a body that Stripe indented", Buffer.from(aBody(5).body)],
    ["a body that nobody indented", Buffer.from(JSON.stringify(JSON.parse(aBody(5).body)))],
    ["300 KB", Buffer.from(aBody(300).body)],
  ])("comes back, be it %s", (_what, body) => {
    expect(backOf(body)).toEqual(body);
  });

  it.each([
    "account.updated",
    "charge.dispute.created",
    "charge.refunded",
    "checkout.session.completed",
    "refund.failed",
    "customer.created",
  ])("comes back for each kind of object, such as %s has", (type) => {
    const body = Buffer.from(aBody(5).body);
    expect(backOf(body, { ...row, type, object: "" })).toEqual(body);
  });

  it("comes back where its row has a hint, too", () => {
    const body = Buffer.from(aBody(5).body);
    const hint = { marketplace: "0b8f5c1e-1111-4222-8333-444455556666", order: "01ARZ3NDEKTSV4RRFFQ69G5FAV" };
    for (const of of [
      { ...row, hint },
      { ...row, hint: { ...hint, order: undefined } },
    ])
      expect(backOf(body, of)).toEqual(body);
  });

  it("of 5 KB, as Stripe sends it, leaves room in 1 KB for the rest of the row", () => {
    for (let n = 0; n < 50; n++) {
      const body = Buffer.from(aBody(5).body);
      const { id, type, account, data } = parseEvent(body) ?? {};
      if (!id || !type) throw new Error("no event");
      const packed = packPayload(body, { ...row, id, type, account, object: data?.object.id });
      expect(packed?.length).toBeLessThan(720);
    }
  });

  it("is not packed where it would not fit into an item", () => {
    expect(packPayload(Buffer.alloc(1_000_000, "a"), row)).toBeDefined();
    expect(packPayload(randomBytes(349_000), row)).toBeDefined();
    expect(packPayload(randomBytes(351_000), row)).toBeUndefined();
  });
});

describe("a payload of before", () => {
  // If this fails, every payload that was packed with version 1 is lost: undo the change, and make a version 2.
  it("of version 1 opens", () => {
    const packed = Buffer.from(PACKED_1, "base64");
    expect(JSON.parse(unpackPayload(packed, row).toString())).toMatchObject({
      id: "evt_1",
      type: "charge.updated",
    });
    const types = ["account.", "charge.", "charge.dispute.", "checkout.session.", "refund."];
    const digest = createHash("sha256");
    for (const type of types) digest.update(dictionary1(type));
    expect(digest.digest("hex")).toBe(DICTIONARIES_1);
  });

  it("of a version that is not known is refused", () => {
    expect(() => unpackPayload(Buffer.of(0b11111_110), row)).toThrow("later version");
  });
});

const PACKED_1 = "DiPFtyR7y9LUxNjUCFIdET8+gdQ8JWJ8wtTCFDHIgLNXidR2xp3KEakMVzjXAgA=";
const DICTIONARIES_1 = "6e056dda2bcd3b4f9dbb7aa8789661b8e097ad9414d860278bdcbd616c907ac4";
