import { beforeEach, describe, expect, it } from "vitest";
import { connectionStatus } from "../../../lib/marketplaces/connection_status.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { adoptAccount } from "../../../lib/stripe_account/adopt_account.ts";
import { anApiToken, saveApiToken } from "../../support/api_tokens.ts";
import { connectByOnboarding, marketplaceNow, pressDisconnect } from "../../support/connection.ts";
import { endpointsAtStripe, withoutEndpoints } from "../../support/endpoints.ts";
import { weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { member } from "../../support/people.ts";
import { deauthorizeAtStripe, requestsTo, turn } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { tableRows } from "../../support/table_rows.ts";
import { aVendorAtStripe } from "../../support/vendors.ts";

await ownTables();

const ACTOR = "API key Move";

let space: TestSpace;
let account: string;
beforeEach(async () => {
  space = await aSpace({ connected: false });
  account = await aVendorAtStripe(space);
});

const adopt = async (which: string = account, marketplace = space.first) =>
  adoptAccount(await marketplaceNow(space, { marketplace }), which, ACTOR);

async function auditOf({ space: name }: TestSpace): Promise<string[]> {
  const { audit } = await readSpace(name);
  return audit.filter(({ actor }) => actor === ACTOR).map(({ what }) => what);
}

/** Expects the work to be refused like this, with every row of every table as it was. */
async function expectRefused(work: () => Promise<unknown>, refusal: object): Promise<void> {
  const before = await tableRows();
  await expect(work()).rejects.toMatchObject(refusal);
  expect(await tableRows()).toEqual(before);
}

describe("an account that is connected to the Space's platform already", () => {
  it("is saved as connecting saves it, with what Stripe says of it, and who carried it over", async () => {
    await adopt();
    const marketplace = await marketplaceNow(space);
    expect(marketplace).toMatchObject({
      stripe_account: account,
      stripe_account_facts: { transfers: "active" },
    });
    expect(connectionStatus(marketplace).status).toBe("can_be_paid");
    expect(await auditOf(space)).toEqual([`carried over the connection of First Vendor to ${account}`]);
  });

  it("has the Space's endpoints registered", async () => {
    await withoutEndpoints(space);
    await adopt();
    expect(await endpointsAtStripe(space)).toHaveLength(2);
  });

  it("may be used by several Marketplaces of the Space", async () => {
    await adopt();
    await adopt(account, space.second);
    expect(await marketplaceNow(space, { marketplace: space.second })).toMatchObject({
      stripe_account: account,
    });
  });

  it("is connected still when it comes again, and nothing changes, though Stripe is down", async () => {
    await adopt();
    await weather(space, { unavailable: 2, only: "/v1/accounts" });
    const before = await tableRows();
    await adopt();
    expect(await tableRows()).toEqual(before);
  });

  it("is connected once, in one entry of the audit, by many at once", async () => {
    await Promise.all([1, 2, 3, 4].map(() => adopt()));
    expect(await marketplaceNow(space)).toMatchObject({ stripe_account: account });
    expect(await auditOf(space)).toHaveLength(1);
  });

  it("takes the place of one that is in onboarding", async () => {
    await connectByOnboarding(space, await member(space), "later");
    await adopt();
    const marketplace = await marketplaceNow(space);
    expect(marketplace).toMatchObject({ stripe_account: account });
    expect(marketplace).not.toHaveProperty("onboarding_account");
  });

  it("is connected though Stripe restricts it, and says so", async () => {
    await turn(space, account, "restrict");
    await adopt();
    expect(connectionStatus(await marketplaceNow(space)).status).toBe("restricted");
  });

  it("can be disconnected, and come again", async () => {
    await adopt();
    await pressDisconnect(space, await member(space));
    await adopt();
    expect(await marketplaceNow(space)).toMatchObject({ stripe_account: account });
  });
});

describe("refused, with nothing changed, is an account", () => {
  it("that nobody has", async () => {
    await expectRefused(() => adopt("acct_nobody"), {
      status: 409,
      code: "account_not_visible",
      message: expect.stringMatching(/^Stripe does not show acct_nobody to this Space's key: /),
    });
  });

  it("of another platform", async () => {
    const foreign = await aVendorAtStripe(await aSpace());
    await expectRefused(() => adopt(foreign), { status: 409, code: "account_not_visible" });
  });

  it("whose Vendor has let the platform go", async () => {
    await deauthorizeAtStripe(space, account);
    await expectRefused(() => adopt(), { status: 409, code: "account_not_visible" });
  });

  it("that is the platform's own", async () => {
    await expectRefused(() => adopt(space.stripeAccount), { status: 409, code: "account_is_platform" });
  });

  it("for a Marketplace that is connected to another", async () => {
    await adopt();
    const another = await aVendorAtStripe(space);
    await expectRefused(() => adopt(another), {
      status: 409,
      code: "already_connected",
      message: `This Marketplace is connected to ${account} already. Disconnect it first.`,
    });
  });

  it("for a Marketplace that somebody connected to another at the same moment", async () => {
    const another = await aVendorAtStripe(space);
    const before = await marketplaceNow(space);
    const results = await Promise.allSettled(
      [account, another].map((which) => adoptAccount(before, which, ACTOR)),
    );
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toEqual([expect.objectContaining({ status: 409, code: "already_connected" })]);
    expect(await auditOf(space)).toHaveLength(1);
  });
});

describe("where Stripe cannot be asked, nothing changes, and the same works the next time", () => {
  it.each([
    ["is down", { unavailable: 2 }, "stripe_unavailable"],
    ["asks to slow down", { rate_limit: 1 }, "stripe_busy"],
  ])("because it %s", async (_what, trouble, code) => {
    await weather(space, { ...trouble, only: "/v1/accounts" });
    await expectRefused(() => adopt(), { status: 503, code });
    await adopt();
    expect(await marketplaceNow(space)).toMatchObject({ stripe_account: account });
  });

  it.each([
    ["there is no key yet", undefined, "no_api_token"],
    ["it refuses the key", anApiToken(), "stripe_key_refused"],
  ])("because %s", async (_what, apiToken, code) => {
    await saveApiToken(space.space, apiToken, space.utility);
    await expectRefused(() => adopt(), { status: 409, code });
    await saveApiToken(space.space, space.stripeSecretKey, space.utility);
    await adopt();
    expect(await marketplaceNow(space)).toMatchObject({ stripe_account: account });
  });
});

it("is connected though the endpoints cannot be registered; sent again, they are", async () => {
  await withoutEndpoints(space);
  await weather(space, { unavailable: 2, only: "/v1/webhook_endpoints" });
  await adopt();
  expect(await endpointsAtStripe(space)).toEqual([]);
  expect(await marketplaceNow(space)).toMatchObject({ stripe_account: account });
  await adopt();
  expect(await endpointsAtStripe(space)).toHaveLength(2);
  expect(await requestsTo(space, `/v1/accounts/${account}`)).toHaveLength(1);
});
