import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { beforeEach, describe, expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { orderKey } from "../../../lib/dynamodb/keys.ts";
import { ValidationError } from "../../../lib/errors.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { resealAll } from "../../../lib/secrets/reseal_all.ts";
import { UtilityUpdate, updateUtility } from "../../../lib/stripe_account/update_utility.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { cachedPlatform } from "../../../lib/utilities/platform.ts";
import { anApiToken } from "../../support/api_tokens.ts";
import { anOrderLeftOpen } from "../../support/orders.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { control } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aStripeKey, NEEDED_PERMISSIONS, weatherFor } from "../../support/stripe_keys.ts";
import { savedKey, utilityItem } from "../../support/utilities.ts";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace({ connected: false });
});

const current = () => getUtility(space.space, space.utility);
const update = async (sent: Partial<UtilityUpdate>, before = current()) =>
  await updateUtility(
    await before,
    v.parse(UtilityUpdate, { version: (await before).version, ...sent }),
    "jenny@convene.example",
  );
const CONFLICT = { status: 409, code: "changed_meanwhile" };

it("brings back no old seal of a key that was sealed anew after it was read", async () => {
  const before = await current();
  await resealAll(new Date(Date.now() + PATIENCE_MS));
  const sealedAnew = await utilityItem(space);
  await expect(update({ name: "Zinc" }, Promise.resolve(before))).rejects.toMatchObject(CONFLICT);
  expect(await utilityItem(space)).toEqual(sealedAnew);
  // A new key needs nothing of the old one.
  const { key } = await aStripeKey();
  await update({ api_token: key }, Promise.resolve(before));
  expect(await savedKey(space)).toBe(key);
});

describe("a new key", () => {
  it("is saved sealed, with its masked form and whose account it is of", async () => {
    const { key, account } = await aStripeKey({ name: "Zinc" });
    const { utility, platform } = await update({ api_token: key });
    expect(platform).toEqual({ account, name: "Zinc", livemode: false });
    expect(utility).toMatchObject({
      api_token_masked: `sk_test_…${key.slice(-4)}`,
      stripe_platform_account: account,
      stripe_platform_account_name: "Zinc",
      version: 1,
    });
    expect(await current()).toEqual(utility);
    expect(await savedKey(space)).toBe(key);
    expect(JSON.stringify(await utilityItem(space))).not.toContain(key.slice(0, -4));
  });

  it("may be a restricted one", async () => {
    const { key, account } = await aStripeKey({ permissions: NEEDED_PERMISSIONS, mode: "live" });
    expect(await update({ api_token: key })).toMatchObject({
      utility: { api_token_masked: `rk_live_…${key.slice(-4)}` },
      platform: { account, livemode: true },
    });
  });

  it("is what the Space speaks to Stripe with at once", async () => {
    const before = await cachedPlatform(space.space);
    const { key, account } = await aStripeKey({ mode: "live" });
    await update({ api_token: key });
    const after = await cachedPlatform(space.space);
    expect(after).not.toBe(before);
    expect(after).toMatchObject({ livemode: true });
    expect((await after.stripe.accounts.retrieveCurrent()).id).toBe(account);
  });

  it("is in the audit by its masked form", async () => {
    const { key, account } = await aStripeKey();
    await update({ api_token: key });
    const { audit } = await readSpace(space.space);
    expect(audit).toMatchObject([
      {
        actor: "jenny@convene.example",
        what: `saved the key sk_test_…${key.slice(-4)} of ${account}, another account than ${space.stripeAccount} before, in the Utility Stripe`,
      },
    ]);
  });

  it.each([
    ["that Stripe does not know", async () => ({ key: anApiToken() })],
    ["that lacks permissions", () => aStripeKey({ permissions: ["charge_read"] })],
    [
      "that Stripe could not be asked about",
      async () => {
        const made = await aStripeKey();
        await weatherFor(made, { unavailable: 2 });
        return made;
      },
    ],
  ])("%s leaves everything as it was", async (_what, make) => {
    const before = await utilityItem(space);
    const { key } = await make();
    const client = await cachedPlatform(space.space);
    await expect(update({ api_token: key, name: "Other" })).rejects.toBeInstanceOf(ValidationError);
    expect(await utilityItem(space)).toEqual(before);
    expect(await savedKey(space)).toBe(space.stripeSecretKey);
    expect(await cachedPlatform(space.space)).toBe(client);
    expect((await readSpace(space.space)).audit).toEqual([]);
  });
});

describe("the other settings", () => {
  it("are saved without a new key, and the key stays", async () => {
    const sealed = (await utilityItem(space)).api_token;
    const { utility, platform } = await update({ name: "Our Stripe", client_id: "ca_FkyHCg7X8mlvCUdM" });
    expect(platform).toBeUndefined();
    expect(utility).toMatchObject({ name: "Our Stripe", client_id: "ca_FkyHCg7X8mlvCUdM", version: 1 });
    expect(await current()).toEqual(utility);
    expect(await utilityItem(space)).toMatchObject({ api_token: sealed });
    expect((await readSpace(space.space)).audit).toMatchObject([{ what: "changed the Utility Our Stripe" }]);
  });

  it("stay as they are where they are not sent", async () => {
    await update({ name: "Our Stripe", client_id: "ca_FkyHCg7X8mlvCUdM" });
    await update({});
    expect(await current()).toMatchObject({
      name: "Our Stripe",
      client_id: "ca_FkyHCg7X8mlvCUdM",
      version: 2,
    });
  });

  it("lose the client id where it is sent empty", async () => {
    await update({ client_id: "ca_FkyHCg7X8mlvCUdM" });
    await update({ client_id: " " });
    expect(await utilityItem(space)).not.toHaveProperty("client_id");
  });
});

describe("of two who save", () => {
  it("the second, who has not seen the first's change, is told, and Stripe is not even asked", async () => {
    await update({ name: "First" });
    // Asked about this key, Stripe would say that it does not know it.
    await expect(update({ version: 0, name: "Second", api_token: anApiToken() })).rejects.toMatchObject(
      CONFLICT,
    );
    expect(await current()).toMatchObject({ name: "First", version: 1 });
  });

  it("the one whose key was still being tried is told, and overwrites nothing", async () => {
    const before = await current();
    const [first, second] = [await aStripeKey(), await aStripeKey()];
    await update({ api_token: first.key }, Promise.resolve(before));
    const late = update({ api_token: second.key }, Promise.resolve(before));
    await expect(late).rejects.toMatchObject(CONFLICT);
    expect(await savedKey(space)).toBe(first.key);
    expect((await readSpace(space.space)).audit).toHaveLength(1);
  });

  it("at once, one wins and the others are told", async () => {
    const before = await current();
    const names = ["Ann's", "Ben's", "Cem's", "Dan's"];
    const saves = await Promise.allSettled(names.map((name) => update({ name }, Promise.resolve(before))));
    const won = names.filter((_, index) => saves[index]?.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const save of saves) if (save.status === "rejected") expect(save.reason).toMatchObject(CONFLICT);
    expect(await current()).toMatchObject({ name: won[0], version: 1 });
    expect((await readSpace(space.space)).audit).toHaveLength(1);
  });

  it("none brings back a Utility that is gone", async () => {
    const before = await current();
    const gone = { ...before, utility: crypto.randomUUID() };
    await expect(update({ name: "Ghost" }, Promise.resolve(gone))).rejects.toMatchObject(CONFLICT);
    expect((await readSpace(space.space)).utilities).toHaveLength(1);
  });
});

describe("what is sent", () => {
  const fieldsWith = (sent: unknown) =>
    v.safeParse(UtilityUpdate, sent).issues?.map((issue) => v.getDotPath(issue) ?? "body") ?? [];

  it.each([
    ["a form's texts", { name: " Stripe ", api_token: "", client_id: "", version: "3" }],
    ["the version alone", { version: 3 }],
    ["a client id among spaces", { client_id: "  ca_FkyHCg7X8mlvCUdM\n", version: 3 }],
  ])("may be %s", (_what, sent) => {
    expect(v.parse(UtilityUpdate, sent)).toMatchObject({ version: 3 });
  });

  it.each([
    ["no version", {}, ["version"]],
    ["a version that is none", { version: "three" }, ["version"]],
    ["half a version", { version: 1.5 }, ["version"]],
    ["an empty name", { name: "  ", version: 0 }, ["name"]],
    ["too long a name", { name: "n".repeat(81), version: 0 }, ["name"]],
    ["a secret key as the client id", { client_id: anApiToken(), version: 0 }, ["client_id"]],
    ["too short a client id", { client_id: "ca_1", version: 0 }, ["client_id"]],
    ["too long a client id", { client_id: `ca_${"a".repeat(101)}`, version: 0 }, ["client_id"]],
    ["markup in the client id", { client_id: "ca_<b>FkyHCg7X8m</b>", version: 0 }, ["client_id"]],
    [
      "a field that nobody knows",
      { version: 0, stripe_platform_account: "acct_1" },
      ["stripe_platform_account"],
    ],
    [
      "everything wrong at once",
      { name: "", api_token: "pk_1", client_id: "x" },
      ["name", "api_token", "client_id", "version"],
    ],
  ])("may not be %s", (_what, sent, wrong) => {
    expect(fieldsWith(sent).sort()).toEqual(wrong.sort());
  });
});

describe("a key that would leave Orders open", () => {
  /** Saves a key of a new account in the Space. @returns another of the same, of live mode or of test mode as well */
  const anotherKey = async (prefix: "sk_live_" | "sk_test_"): Promise<string> => {
    const [first, another] = [anApiToken(), anApiToken(prefix)];
    await control(space, "accounts", { display_name: "Zinc", secret_keys: [first, another] });
    await update({ api_token: first, confirm_orders_open: true });
    return another;
  };
  const OPEN = {
    status: 409,
    code: "orders_open",
    fields: { confirm_orders_open: expect.stringMatching(/ 1 Order of that one is open still, /) },
  };

  it.each([
    ["the other mode", () => anotherKey("sk_live_")],
    ["another account", async () => (await aStripeKey()).key],
  ])("of %s, is saved once somebody has confirmed it, and not before", async (_what, aKey) => {
    ({ space } = await anOrderLeftOpen());
    const api_token = await aKey();
    const before = await savedKey(space);
    await expect(update({ api_token })).rejects.toMatchObject(OPEN);
    expect(await savedKey(space)).toBe(before);
    await update({ api_token, confirm_orders_open: true });
    expect(await savedKey(space)).toBe(api_token);
  });

  it("of the other mode, needs nothing to be confirmed where no Order is open", async () => {
    const { order, space: left } = await anOrderLeftOpen();
    space = left;
    await dynamodb.send(
      new UpdateCommand({
        TableName: configuration.ordersTable,
        Key: orderKey(order.marketplace, order.id),
        UpdateExpression: "SET #status = :expired",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":expired": "expired" },
      }),
    );
    const api_token = await anotherKey("sk_live_");
    await update({ api_token });
    expect(await savedKey(space)).toBe(api_token);
  });

  it("is none where it is of the same account and mode", async () => {
    ({ space } = await anOrderLeftOpen());
    const api_token = await anotherKey("sk_test_");
    await update({ api_token });
    expect(await savedKey(space)).toBe(api_token);
  });

  it.each([false, "yes", "", 1])("is not confirmed by %j", (confirm_orders_open) => {
    expect(v.is(UtilityUpdate, { confirm_orders_open, version: 0 })).toBe(false);
  });
});
