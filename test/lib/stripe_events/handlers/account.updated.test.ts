import { beforeEach, expect, it } from "vitest";
import { connectionStatus } from "../../../../lib/marketplaces/connection_status.ts";
import { saveFacts } from "../../../../lib/stripe_account/refresh_account.ts";
import { accountApplicationDeauthorized } from "../../../../lib/stripe_events/handlers/account.application.deauthorized.ts";
import { accountUpdated } from "../../../../lib/stripe_events/handlers/account.updated.ts";
import { aCheckout, checkOut } from "../../../support/checkouts.ts";
import {
  authorizeAtStripe,
  comeBack,
  connectByOauth,
  locationOf,
  marketplaceNow,
  onboardAtStripe,
  pressConnect,
  withOauth,
} from "../../../support/connection.ts";
import { contextOf, handled } from "../../../support/handled_event.ts";
import { type Person, representative } from "../../../support/people.ts";
import { deauthorizeAtStripe, turn } from "../../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../../support/spaces.ts";
import { sessionRequests } from "../../../support/stripe.ts";

let space: TestSpace;
let vera: Person;
let account: string;
beforeEach(async () => {
  space = await withOauth(await aSpace({ connected: false }));
  vera = await representative(space);
  await connectByOauth(space, vera);
  account = (await marketplaceNow(space)).stripe_account ?? "";
});

const updated = async (facts = { account }) =>
  await accountUpdated(handled(space, "account.updated", facts.account, facts), await contextOf(space));
const deauthorized = async () =>
  await accountApplicationDeauthorized(
    handled(space, "account.application.deauthorized", "ca_1", { account }),
    await contextOf(space),
  );
const status = async () => connectionStatus(await marketplaceNow(space)).status;

it.each([
  ["restrict", "restricted"],
  ["reject", "rejected"],
  ["pend", "connected"],
  ["want_more", "can_be_paid"],
] as const)(
  "brings the Marketplace to where Stripe is after %s, however often it is told",
  async (to, expected) => {
    await turn(space, account, to);
    for (const _delivery of ["first", "again"]) {
      expect(await updated()).toMatchObject({
        outcome: "succeeded",
        detail: `${account} is ${expected} now`,
        marketplace: space.first.marketplace,
      });
      expect(await status()).toBe(expected);
    }
  },
);

it("sells nothing while Stripe rejects the Vendor, and whatever the key was tried with, sells again after", async () => {
  await turn(space, account, "reject");
  await updated();
  for (const body of [aCheckout(), aCheckout({ currency: "eur" })])
    expect(await checkOut(space, { idempotencyKey: "basket-1", body })).toEqual({
      status: 409,
      body: {
        error: {
          code: "vendor_rejected",
          message: expect.stringContaining(`Stripe has rejected ${account}`),
        },
      },
    });
  expect(await sessionRequests(space)).toBe(0);
  await turn(space, account, "complete");
  await updated();
  expect(await checkOut(space, { idempotencyKey: "basket-1" })).toMatchObject({ status: 201 });
});

it.each(["restrict", "pend", "want_more"] as const)(
  "sells on after %s: that Stripe withholds the Vendor's share for now is no reason to",
  async (to) => {
    await turn(space, account, to);
    await updated();
    expect((await checkOut(space)).status).toBe(201);
  },
);

it("never puts what was read earlier in the place of what was read later", async () => {
  const before = await marketplaceNow(space);
  const { stripe_account_facts: facts } = before;
  if (!facts) throw new Error("no facts");
  const stale = { ...facts, transfers: "inactive", read_at: "2020-01-01T00:00:00.000Z" };
  await saveFacts(before, account, stale);
  expect(await marketplaceNow(space)).toEqual(before);
});

it("connects a Vendor who finished the onboarding and closed the window", async () => {
  const other = await aSpace({ connected: false });
  await onboardAtStripe(locationOf(await pressConnect(other, await representative(other))), "complete");
  const { onboarding_account = "" } = await marketplaceNow(other);
  const event = handled(other, "account.updated", onboarding_account, { account: onboarding_account });
  expect(await accountUpdated(event, await contextOf(other))).toMatchObject({ outcome: "succeeded" });
  expect((await marketplaceNow(other)).stripe_account).toBe(onboarding_account);
});

it("is none of our business for the platform itself, an unknown account, or another Space's", async () => {
  const other = await aSpace();
  const context = await contextOf(space);
  for (const facts of [{}, { account: "acct_unknown" }, { account: other.first.stripe_account ?? "" }])
    expect(await accountUpdated(handled(space, "account.updated", "acct_1", facts), context)).toMatchObject({
      outcome: "ignored",
    });
});

it("says that the connection was ended at Stripe, and sells nothing until it is connected again", async () => {
  await deauthorizeAtStripe(space, account);
  for (const _delivery of ["first", "again"]) await deauthorized();
  expect(await status()).toBe("disconnected_at_stripe");
  const refused = await checkOut(space, { idempotencyKey: "basket-1" });
  expect(refused).toMatchObject({ status: 409, body: { error: { code: "not_connected" } } });

  const page = locationOf(await pressConnect(space, vera));
  await comeBack(await authorizeAtStripe(page, { account }), vera);
  expect(await status()).toBe("can_be_paid");
  expect((await checkOut(space, { idempotencyKey: "basket-1" })).status).toBe(201);
});

it("changes nothing where the Vendor has connected again since", async () => {
  expect(await deauthorized()).toMatchObject({
    outcome: "succeeded",
    detail: `${account} is connected still, or again`,
  });
  expect(await status()).toBe("can_be_paid");
});
