import * as v from "valibot";
import { expect, it } from "vitest";
import { isUuid } from "../../../lib/ids.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { createUtility, NewUtility } from "../../../lib/utilities/create_utility.ts";
import { findUtilityOfSpace } from "../../../lib/utilities/find_utility_of_space.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { cachedPlatform, NoApiToken } from "../../../lib/utilities/platform.ts";
import { aNewSpace, aSpace } from "../../support/spaces.ts";

it("makes a Utility without a key, and says in the audit who did", async () => {
  const { space } = await aNewSpace();
  const utility = await createUtility(space, { utility_name: "Stripe" }, "jenny@convene.example");
  expect(isUuid(utility)).toBe(true);
  expect(await getUtility(space, utility)).toEqual({
    buyer_secret: expect.stringMatching(/^[\w-]{43}$/),
    space,
    utility,
    name: "Stripe",
    version: 0,
  });
  const { utilities, audit } = await readSpace(space);
  expect(utilities.map((each) => each.utility)).toEqual([utility]);
  const [latest] = audit;
  expect(latest).toMatchObject({ actor: "jenny@convene.example", what: "created the Stripe Utility Stripe" });
  await expect(cachedPlatform(space)).rejects.toBeInstanceOf(NoApiToken);
});

const EXISTS = { status: 409, code: "utility_exists" };

it("makes one where several are asked for at once, and tells the others", async () => {
  const { space } = await aNewSpace();
  const asked = await Promise.allSettled(
    Array.from({ length: 4 }, () => createUtility(space, { utility_name: "Stripe" }, "a test")),
  );
  const made = asked.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  const refused = asked.flatMap((each) => (each.status === "rejected" ? each.reason : []));
  expect([(await findUtilityOfSpace(space))?.utility]).toEqual(made);
  expect(made).toHaveLength(1);
  expect(refused).toEqual([1, 2, 3].map(() => expect.objectContaining(EXISTS)));
});

it("makes none beside the one there is", async () => {
  const { space, utility } = await aSpace();
  await expect(createUtility(space, { utility_name: "Second" }, "a test")).rejects.toMatchObject(EXISTS);
  expect([(await findUtilityOfSpace(space))?.utility]).toEqual([utility]);
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
