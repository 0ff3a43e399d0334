import { randomBytes } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, describe, expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { accountKey } from "../../../lib/dynamodb/keys.ts";
import { transact } from "../../../lib/dynamodb/transact.ts";
import { connectionStatus } from "../../../lib/marketplaces/connection_status.ts";
import { adoptAccount } from "../../../lib/stripe_account/adopt_account.ts";
import {
  claimUpdate,
  isGrantShared,
  placesOf,
  releaseUpdate,
} from "../../../lib/stripe_account/connected_account.ts";
import { updateUtility } from "../../../lib/stripe_account/update_utility.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { accountApplicationDeauthorized } from "../../../lib/stripe_events/handlers/account.application.deauthorized.ts";
import { accountUpdated } from "../../../lib/stripe_events/handlers/account.updated.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { placeOf } from "../../support/checkouts.ts";
import {
  aClientId,
  authorizeAtStripe,
  comeBack,
  connectByOauth,
  locationOf,
  marketplaceNow,
  pressConnect,
  pressDisconnect,
  saveClientId,
  withOauth,
} from "../../support/connection.ts";
import { endpointsAtStripe } from "../../support/endpoints.ts";
import { aVisit } from "../../support/forms.ts";
import { contextOf, handled } from "../../support/handled_event.ts";
import { editMarketplace as edit } from "../../support/marketplace_pages.ts";
import { member, type Person } from "../../support/people.ts";
import { deauthorizeAtStripe, requestsTo, turn } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
let dana: Person;
let account: string;
beforeEach(async () => {
  space = await withOauth(await aSpace({ connected: false }));
  dana = await member(space);
  await connectByOauth(space, dana);
  account = (await marketplaceNow(space)).stripe_account ?? "";
});

/** Another Space of the same platform account, with the same client id. */
async function aSisterSpace(): Promise<TestSpace> {
  const sister = await aSpace({ connected: false });
  const { client_id = "" } = await getUtility(space.space, space.utility);
  const before = await getUtility(sister.space, sister.utility);
  const { version } = before;
  await updateUtility(before, { api_token: space.stripeSecretKey, client_id, version }, "a test");
  return sister;
}

const statusOf = async (of: TestSpace) => connectionStatus(await marketplaceNow(of)).status;
const revocations = async (of = space) => (await requestsTo(of, "/oauth/deauthorize")).length;
const connectedAtStripe = async (of = space) =>
  (await stripeClient(of.stripeSecretKey).accounts.list()).data.map(({ id }) => id);
const updated = async (of: TestSpace) =>
  await accountUpdated(handled(of, "account.updated", account, { account }), await contextOf(of));
const deauthorized = async (of: TestSpace) =>
  await accountApplicationDeauthorized(
    handled(of, "account.application.deauthorized", "ca_1", { account }),
    await contextOf(of),
  );

describe("a Vendor who sells in two Spaces of one platform account", () => {
  let sister: TestSpace;
  let sam: Person;
  beforeEach(async () => {
    sister = await aSisterSpace();
    sam = await member(sister);
    await connectByOauth(sister, sam, { account });
  });

  it("is connected in both", async () => {
    expect([await statusOf(space), await statusOf(sister)]).toEqual(["can_be_paid", "can_be_paid"]);
    expect(await placesOf(account)).toEqual(expect.arrayContaining([placeOf(space), placeOf(sister)]));
  });

  it("let go in one is left in the other, here and at Stripe; the last ends the grant", async () => {
    const told = (await edit(aVisit(dana, placeOf(space)))).body;
    expect(told).toContain("because another Marketplace of the same platform account uses it");
    await pressDisconnect(space, dana);
    expect([await statusOf(space), await statusOf(sister)]).toEqual(["not_connected", "can_be_paid"]);
    expect([await revocations(), await connectedAtStripe()]).toEqual([0, [account]]);
    await pressDisconnect(sister, sam);
    expect([await revocations(), await connectedAtStripe()]).toEqual([1, []]);
    expect(await placesOf(account)).toEqual([]);
  });

  it("has each Space's Marketplace brought to where Stripe is by that Space's event", async () => {
    await turn(space, account, "restrict");
    expect(await updated(space)).toMatchObject({
      outcome: "succeeded",
      marketplace: space.first.marketplace,
    });
    expect([await statusOf(space), await statusOf(sister)]).toEqual(["restricted", "can_be_paid"]);
    expect(await updated(sister)).toMatchObject({
      outcome: "succeeded",
      marketplace: sister.first.marketplace,
    });
    expect(await statusOf(sister)).toBe("restricted");
    await deauthorizeAtStripe(space, account);
    await deauthorized(sister);
    expect([await statusOf(space), await statusOf(sister)]).toEqual(["restricted", "disconnected_at_stripe"]);
    await deauthorized(space);
    expect(await statusOf(space)).toBe("disconnected_at_stripe");
  });

  it("leaves each Space its own webhook endpoints", async () => {
    const idsOf = async (of: TestSpace) =>
      (await endpointsAtStripe({ ...of, stripeSecretKey: space.stripeSecretKey })).map(({ id }) => id);
    const theirs = await idsOf(sister);
    expect([await idsOf(space), theirs].map(({ length }) => length)).toEqual([2, 2]);
    await pressDisconnect(space, dana);
    expect(await idsOf(sister)).toEqual(theirs);
  });

  it("is not let go at Stripe where a third connection by the same grant comes to nothing", async () => {
    await pressDisconnect(space, dana);
    const back = await authorizeAtStripe(locationOf(await pressConnect(space, dana)), { account });
    await connectByOauth(space, dana, { name: "Somebody else's" });
    await comeBack(back, dana);
    expect(await connectedAtStripe()).toContain(account);
    expect(await statusOf(sister)).toBe("can_be_paid");
  });
});

describe("a Vendor who sells in two Spaces of two platform accounts", () => {
  let other: TestSpace;
  beforeEach(async () => {
    other = await aSpace({ connected: false });
    await saveClientId(other, await aClientId(other));
    await connectByOauth(other, await member(other), { account });
  });

  it("let go in one is let go at that platform, and left at the other", async () => {
    expect([await statusOf(space), await statusOf(other)]).toEqual(["can_be_paid", "can_be_paid"]);
    await pressDisconnect(space, dana);
    expect([await revocations(), await revocations(other)]).toEqual([1, 0]);
    expect([await statusOf(space), await statusOf(other)]).toEqual(["not_connected", "can_be_paid"]);
    expect([await connectedAtStripe(), await connectedAtStripe(other)]).toEqual([[], [account]]);
  });

  it("who removes one platform at Stripe stays with the other", async () => {
    await deauthorizeAtStripe(space, account);
    await Promise.all([deauthorized(space), deauthorized(other)]);
    expect([await statusOf(space), await statusOf(other)]).toEqual(["disconnected_at_stripe", "can_be_paid"]);
  });
});

it("is taken over in a second Space without going to Stripe", async () => {
  const sister = await aSisterSpace();
  await adoptAccount(await marketplaceNow(sister), account, "a test");
  expect([await statusOf(space), await statusOf(sister)]).toEqual(["can_be_paid", "can_be_paid"]);
});

it("knows a Marketplace that was connected while an account was one Space's", async () => {
  const old = `acct_${randomBytes(8).toString("hex")}`;
  const place = placeOf(space);
  const sister = await aSisterSpace();
  await dynamodb.send(
    new PutCommand({
      TableName: configuration.settingsTable,
      Item: {
        ...accountKey(old),
        space: space.space,
        marketplaces: new Set([`${place.room}#${place.marketplace}`]),
      },
    }),
  );
  expect(await placesOf(old)).toEqual([place]);
  await transact([claimUpdate(old, placeOf(sister))]);
  await transact([claimUpdate(old, place)]);
  expect(await placesOf(old)).toHaveLength(2);
  const platform = await getUtility(sister.space, sister.utility);
  expect(await isGrantShared(old, placeOf(sister), platform)).toBe(true);
  await transact([releaseUpdate(old, place)]);
  expect(await placesOf(old)).toEqual([placeOf(sister)]);
  expect(await isGrantShared(old, placeOf(sister), platform)).toBe(false);
});
