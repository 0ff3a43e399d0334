import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { expect, it } from "vitest";
import { isUuid } from "../../../lib/ids.ts";
import { readSpace } from "../../../lib/spaces/read_space.ts";
import { createUtility, NewUtility } from "../../../lib/utilities/create_utility.ts";
import { findUtility } from "../../../lib/utilities/find_utility.ts";
import { NoApiToken, platformOf } from "../../../lib/utilities/platform_of.ts";
import { aSpace } from "../../support/spaces.ts";

it("makes a Utility without a key, and says in the audit who did", async () => {
  const { space, utility: seeded } = await aSpace();
  const utility = await createUtility(space, { utility_name: "Second" }, "jenny@convene.example");
  expect(isUuid(utility)).toBe(true);
  expect(await findUtility(space, utility)).toEqual({ space, utility, name: "Second", version: 0 });
  const { utilities, audit } = await readSpace(space);
  expect(utilities.map((each) => each.utility).sort()).toEqual([seeded, utility].sort());
  expect(audit).toMatchObject([{ actor: "jenny@convene.example", what: "made the Stripe Utility Second" }]);
});

it("makes another each time", async () => {
  const space = `space-${randomUUID()}`;
  const [one, two] = [
    await createUtility(space, { utility_name: "Stripe" }, "a test"),
    await createUtility(space, { utility_name: "Stripe" }, "a test"),
  ];
  expect(one).not.toBe(two);
  await expect(platformOf(space)).rejects.toBeInstanceOf(NoApiToken);
});

it("trims the name", () => {
  expect(v.parse(NewUtility, { utility_name: "  Stripe\n" })).toEqual({ utility_name: "Stripe" });
});

it.each([
  ["no name", {}],
  ["an empty name", { utility_name: " " }],
  ["too long a name", { utility_name: "n".repeat(81) }],
  ["a name that is no text", { utility_name: 1 }],
  ["a key, which is saved on the Utility's own page", { utility_name: "Stripe", api_token: "sk_test_1" }],
])("takes not %s", (_what, sent) => {
  expect(v.is(NewUtility, sent)).toBe(false);
});
