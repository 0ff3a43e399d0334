import { beforeAll, expect, it } from "vitest";
import { authorizeMarketplace } from "../../../lib/marketplaces/authorize_marketplace.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let mine: TestSpace;
let other: TestSpace;
beforeAll(async () => {
  [mine, other] = await Promise.all([aSpace(), aSpace()]);
});

it("finds the Marketplace in the path", async () => {
  const request = aRequest({ path: placeOf(mine, mine.second), headers: bearer(mine.apiKey) });
  expect(await authorizeMarketplace(request, "representative")).toMatchObject(placeOf(mine, mine.second));
});

it("looks for nothing before it knows who asks", async () => {
  const request = aRequest({ path: { ...placeOf(mine), marketplace: "first" } });
  await expect(authorizeMarketplace(request, "representative")).rejects.toMatchObject({ status: 401 });
});

it.each([
  ["another Space's Marketplace under one's own Space", () => placeOf(mine, other.first)],
  ["another Space's Marketplace under its own", () => placeOf(other)],
  ["no Marketplace", () => ({ space: mine.space })],
])("finds nothing for %s", async (_what, path) => {
  const request = aRequest({ path: path(), headers: bearer(mine.apiKey) });
  await expect(authorizeMarketplace(request, "representative")).rejects.toMatchObject({ status: 404 });
});
