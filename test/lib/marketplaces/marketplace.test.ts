import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { marketplaceKey, marketplaceRow } from "../../../lib/dynamodb/keys.ts";
import { Marketplace, webhookSecretContext } from "../../../lib/marketplaces/marketplace.ts";

const place = { space: "demo", room: "store", marketplace: "0b8f5c1e-1111-4222-8333-444455556666" };
const row = `MARKETPLACE#store#${place.marketplace}`;

describe("Marketplace", () => {
  it("takes from a row what may be shown, and leaves what is sealed", () => {
    const sealed = { stripe_webhook_endpoint_secret: "eyJ…" };
    const named = { ...place, name: "Corner Bakery", stripe_webhook_endpoint_secret_masked: ["whsec_…4242"] };
    expect(v.parse(Marketplace, { pk: "SPACE#demo", sk: row, ...named, ...sealed })).toEqual(named);
  });

  it("has no secrets where none were saved yet, and no account where none is connected", () => {
    const named = { ...place, name: "Corner Bakery" };
    expect(v.parse(Marketplace, named)).toEqual({ ...named, stripe_webhook_endpoint_secret_masked: [] });
  });
});

it("keys a Marketplace's row by its Space, its Room and its id", () => {
  expect(marketplaceRow(place)).toBe(row);
  expect(marketplaceKey(place)).toEqual({ pk: "SPACE#demo", sk: row });
});

it("binds webhook secrets to their row", () => {
  expect(webhookSecretContext("demo", row)).toEqual({
    space: "demo",
    row,
    field: "stripe_webhook_endpoint_secret",
  });
});
