import { beforeAll, expect, it } from "vitest";
import { authorize } from "../../../lib/access/authorize.ts";
import type { Request } from "../../../lib/http/request.ts";
import { marketplaceInPath } from "../../../lib/marketplaces/marketplace_in_path.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

const find = async (request: Request) =>
  marketplaceInPath({ request, access: await authorize(request, "representative", "sell") });

let mine: TestSpace;
let other: TestSpace;
beforeAll(async () => {
  [mine, other] = await Promise.all([aSpace(), aSpace()]);
});

it("finds the Marketplace in the path", async () => {
  const request = aRequest({ path: placeOf(mine, mine.second), headers: bearer(mine.apiKey) });
  expect(await find(request)).toMatchObject(placeOf(mine, mine.second));
});

it.each([
  ["another Space's Marketplace under one's own Space", () => placeOf(mine, other.first)],
  ["another Space's Marketplace under its own", () => placeOf(other)],
  ["no Marketplace", () => ({ space: mine.space })],
])("finds nothing for %s", async (_what, path) => {
  const request = aRequest({ path: path(), headers: bearer(mine.apiKey) });
  await expect(find(request)).rejects.toMatchObject({ status: 404 });
});
