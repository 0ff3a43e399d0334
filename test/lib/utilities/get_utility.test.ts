import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { NotFound } from "../../../lib/errors.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let mine: TestSpace;
let other: TestSpace;
beforeAll(async () => {
  [mine, other] = await Promise.all([aSpace(), aSpace()]);
});

it("finds a Space's Utility", async () => {
  expect(await getUtility(mine.space, mine.utility)).toMatchObject({
    space: mine.space,
    utility: mine.utility,
    name: "Stripe",
    stripe_platform_account: mine.stripeAccount,
    version: 0,
  });
});

it.each([
  ["another Space's Utility", () => other.utility],
  ["a Utility that is not there", () => randomUUID()],
  ["an id that is no UUID", () => "stripe"],
  ["no id", () => ""],
  ["an id that is longer than a table's key may be", () => "x".repeat(2_000)],
  ["a UUID in capitals", () => mine.utility.toUpperCase()],
  ["a Marketplace's id", () => mine.first.marketplace],
])("finds nothing by %s", async (_what, id) => {
  await expect(getUtility(mine.space, id())).rejects.toBeInstanceOf(NotFound);
});
