import { expect, it } from "vitest";
import { splitDetail } from "../../../lib/money/split_words.ts";
import type { Reckoning } from "../../../lib/reckoning/reckon.ts";
import { anOrderRow } from "../../support/order_rows.ts";

/** Order B's money, of which 4.17 went back to the buyer and not from the Vendor. */
const OWING: Reckoning = {
  currency: "usd",
  gross: 1_890,
  fee: 85,
  captured: 1_890,
  share: 1_215,
  refunded: 650,
  disputed: 0,
  target: 798,
  sent: 1_215,
  reversed: 0,
  net: 1_215,
  owed: 417,
  short: 0,
  dispute_fees: 0,
  others: 0,
};

it("says what a Vendor owes, and who can do what about it", () => {
  const split = { status: "on_hold", reason: "vendor_balance" } as const;
  expect(splitDetail(split, anOrderRow(), OWING, undefined)).toBe(
    "The Vendor owes $4.17 but has less than that at Stripe. It will be taken from what they sell next; a member can write it off.",
  );
});

it("says what was written off, and what the Vendor keeps by it", () => {
  const done = { status: "done" } as const;
  expect(splitDetail(done, anOrderRow(), { ...OWING, owed: 0 }, undefined)).toBe(
    "$4.17 was written off: the Vendor keeps $12.15.",
  );
  expect(splitDetail(done, anOrderRow(), { ...OWING, net: 798, owed: 0 }, undefined)).toBe(
    "The Vendor holds $7.98, as they should.",
  );
});
