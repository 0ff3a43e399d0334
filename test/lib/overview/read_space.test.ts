import { expect, it } from "vitest";
import { addApiKey } from "../../../lib/api_keys/change_api_keys.ts";
import { addMember } from "../../../lib/members/change_members.ts";
import { presentSpace } from "../../../lib/overview/present_space.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { anEmail } from "../../support/people.ts";
import { aSpace } from "../../support/spaces.ts";

it("finds a Space with all that belongs to it, and nothing of another's", async () => {
  const [one] = await Promise.all([aSpace(), aSpace()]);
  const email = anEmail();
  await addMember(one.space, { email }, "a test");
  const whole = await readSpace(one.space);
  expect(presentSpace(whole)).toMatchObject({
    space: one.space,
    name: "A Space",
    branded_domain: null,
    version: 0,
    utilities: [{ utility: one.utility, api_token: `sk_test_…${one.stripeSecretKey.slice(-4)}` }],
    members: [{ email }],
    api_keys: expect.arrayContaining([
      { id: expect.stringMatching(/^[0-9a-f]{12}$/), name: "Demo", scope: "manage" },
      { id: expect.stringMatching(/^[0-9a-f]{12}$/), name: "Demo shop", scope: "sell" },
    ]),
    audit: [{ actor: "a test", what: `invited ${email} as a member`, at: expect.any(String) }],
  });
  expect(whole.marketplaces.map(({ marketplace }) => marketplace).sort()).toEqual(
    [one.first, one.second].map(({ marketplace }) => marketplace).sort(),
  );
});

it("shows the newest 20 entries of a long audit, newest first", async () => {
  const { space } = await aSpace();
  for (let key = 1; key <= 22; key += 1)
    await addApiKey(space, { api_key_name: `key ${key}`, scope: "manage" }, "a test");
  const { audit } = await readSpace(space);
  expect(audit.map(({ what }) => what)).toEqual(
    Array.from({ length: 20 }, (_, index) => `created the API key key ${22 - index}, which may manage`),
  );
});

it("finds nothing where there is no such Space", async () => {
  await expect(readSpace("nowhere")).rejects.toMatchObject({ status: 404 });
});
