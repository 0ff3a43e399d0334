import { beforeEach, expect, it } from "vitest";
import { handler as show } from "../../../functions/spaces/show.ts";
import { handler as save } from "../../../functions/utilities/update.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { editMarketplace as edit } from "../../support/marketplace_pages.ts";
import { member, operator, type Person, representative, sentBack, signedIn } from "../../support/people.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aStripeKey } from "../../support/stripe_keys.ts";

const CHANGED = "The Space's Stripe account was changed from";

let space: TestSpace;
let dana: Person;
beforeEach(async () => {
  space = await aSpace({ connected: false });
  dana = await member(space);
});

/** Saves a key as a form does. */
const saveKey = async (api_token: string, version: string, who = dana) => {
  const path = { space: space.space, utility: space.utility };
  const { statusCode, body } = await save(aForm(who, path, { api_token, version }));
  expect(statusCode, body).toBe(303);
};
const pageOf = (who: Person, cookies: string[] = []) => show(aVisit(who, { space: space.space }, cookies));

it("tells everybody who manages the Space on their next page, whichever that is, and once", async () => {
  const [otto, olivia] = [await member(space), await operator()];
  const { key, account } = await aStripeKey();
  await saveKey(key, "0");
  for (const who of [dana, otto, olivia]) {
    const first = await edit(aVisit(who, placeOf(space)));
    expect(first.body).toContain(CHANGED);
    expect(first.body).toContain(
      `<code>${space.stripeAccount}</code> to <code>${account}</code>, by ${dana.email}`,
    );
    const cookies = (first.cookies ?? []).map(sentBack);
    expect((await pageOf(who, cookies)).body).not.toContain(CHANGED);
    // Whoever signs in at the same browser next has not been told.
    const next = await member(space);
    expect((await pageOf(next, cookies)).body).toContain(CHANGED);
  }
  const { audit } = await readSpace(space.space);
  expect(audit.map(({ what }) => what)).toContain(
    `saved the key sk_test_…${key.slice(-4)} of ${account}, another account than ${space.stripeAccount} before, in the Utility Stripe`,
  );
});

it("tells of the next change, too", async () => {
  await saveKey((await aStripeKey()).key, "0");
  const { cookies = [] } = await pageOf(dana);
  const { key, account } = await aStripeKey();
  await saveKey(key, "1");
  expect((await pageOf(dana, cookies.map(sentBack))).body).toContain(`to <code>${account}</code>`);
});

it("tells a Vendor's representative nothing of it, and no program", async () => {
  await saveKey((await aStripeKey()).key, "0");
  const vera = await representative(space);
  expect((await edit(aVisit(vera, placeOf(space)))).body).not.toContain(CHANGED);
  const visit = aVisit(dana, { space: space.space });
  const asJson = await show({ ...visit, headers: { ...visit.headers, accept: "application/json" } });
  expect(asJson.cookies ?? []).toEqual([]);
});

it("has nothing to tell of the first key, nor of another of the same account", async () => {
  await saveKey(space.stripeSecretKey, "0");
  expect((await pageOf(dana)).body).not.toContain(CHANGED);
  expect((await pageOf(await signedIn(dana.email))).body).not.toContain(CHANGED);
});
