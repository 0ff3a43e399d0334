import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

it("finds a Marketplace's settings, without anything sealed", async () => {
  const { room, marketplace, name, stripe_account, webhookSecret } = space.first;
  expect(await getMarketplace(placeOf(space))).toEqual({
    space: space.space,
    room,
    marketplace,
    name,
    stripe_account,
    stripe_webhook_endpoint_secret_masked: [`whsec_…${webhookSecret.slice(-4)}`],
  });
});

it.each([
  ["another Space", () => ({ space: "nowhere" })],
  ["another Room", () => ({ room: "lobby" })],
  ["an unknown Marketplace", () => ({ marketplace: randomUUID() })],
  ["a Marketplace that is no UUID", () => ({ marketplace: "first" })],
  ["a Marketplace whose name no key can hold", () => ({ marketplace: "0".repeat(2_000) })],
  ["a Room that is no slug", () => ({ room: "" })],
  ["a Room whose name no key can hold", () => ({ room: "x".repeat(2_000) })],
  ["a Room that would end its key early", () => ({ room: `store#${space.first.marketplace}` })],
])("finds nothing in %s", async (_what, wrong) => {
  const place = { ...placeOf(space), ...wrong() };
  await expect(getMarketplace(place)).rejects.toMatchObject({ status: 404, code: "not_found" });
});
