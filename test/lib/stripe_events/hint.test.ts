import { randomUUID } from "node:crypto";
import { ulid } from "ulid";
import { describe, expect, it } from "vitest";
import { hintOf, packHint, unpackHint } from "../../../lib/stripe_events/hint.ts";

const [marketplace, order] = [randomUUID(), ulid()];
const hinting = (metadata: Record<string, string> | undefined, account?: string) =>
  hintOf({ account, data: { object: { metadata } } });

describe("a hint", () => {
  it("is the Marketplace and the Order that an object's metadata names", () => {
    expect(hinting({ marketplace, order })).toEqual({ marketplace, order });
    expect(hinting({ marketplace })).toEqual({ marketplace, order: undefined });
    expect(hinting({ marketplace, order: "1001" })).toEqual({ marketplace, order: undefined });
  });

  it.each([
    ["there is no metadata", undefined, undefined],
    ["it names no Marketplace", { order }, undefined],
    ["its Marketplace is none", { marketplace: "store", order }, undefined],
    ["it is a connected account's, whose Vendor writes it", { marketplace, order }, "acct_1"],
  ])("is none where %s", (_why, metadata, account) => {
    expect(hinting(metadata, account)).toBeUndefined();
  });

  it.each([
    [{ marketplace, order }, 32],
    [{ marketplace, order: undefined }, 16],
    [{ marketplace: "00000000-0000-0000-0000-000000000000", order: "00000000000000000000000000" }, 32],
    [{ marketplace: "ffffffff-ffff-ffff-ffff-ffffffffffff", order: "7ZZZZZZZZZZZZZZZZZZZZZZZZZ" }, 32],
  ])("%j comes back from %i bytes", (hint, bytes) => {
    expect(packHint(hint)).toHaveLength(bytes);
    expect(unpackHint(packHint(hint))).toEqual(hint);
  });
});
