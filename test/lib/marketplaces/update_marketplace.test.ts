import { randomBytes } from "node:crypto";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { beforeEach, describe, expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { marketplaceKey, marketplaceRow } from "../../../lib/dynamodb/keys.ts";
import type { MarketplaceRef } from "../../../lib/ids.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { MarketplaceUpdate, updateMarketplace } from "../../../lib/marketplaces/update_marketplace.ts";
import { readWebhookSecrets } from "../../../lib/marketplaces/webhook_secrets.ts";
import { representativesOf } from "../../../lib/members/change_representatives.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { mask } from "../../../lib/secrets/mask.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aSpace } from "../../support/spaces.ts";

const aSecret = (end = randomBytes(2).toString("hex")) => `whsec_${randomBytes(14).toString("hex")}${end}`;

let place: MarketplaceRef;
let present: string;
beforeEach(async () => {
  const space = await aSpace();
  place = placeOf(space);
  present = space.first.webhookSecret;
});

const ACTOR = "dana@convene.example";
const update = async (changes: MarketplaceUpdate) =>
  await updateMarketplace(await getMarketplace(place), changes, ACTOR);
const save = (...secrets: string[]) => update({ stripe_webhook_endpoint_secret: secrets });
const saved = () => readWebhookSecrets(place.space, marketplaceRow(place));

describe("updateMarketplace", () => {
  it("puts the secrets that are sent in the place of those there were", async () => {
    const [one, another] = [aSecret(), aSecret()];
    expect(await save(one, another)).toEqual(await getMarketplace(place));
    expect(await saved()).toEqual([one, another]);
    expect(await getMarketplace(place)).toMatchObject({
      stripe_webhook_endpoint_secret_masked: [mask(one), mask(another)],
    });
  });

  it("keeps a secret that is named by its masked form, so that two live during a rotation", async () => {
    const added = aSecret();
    await save(added, mask(present));
    expect(await saved()).toEqual([added, present]);
  });

  it("keeps both of two secrets that look the same when masked", async () => {
    const [one, another] = [aSecret("4242"), aSecret("4242")];
    await save(one, another);
    await save(mask(one));
    expect(await saved()).toEqual([one, another]);
  });

  it("keeps a secret once that is sent twice, masked and whole", async () => {
    await save(present, mask(present), present);
    expect(await saved()).toEqual([present]);
  });

  it("retires them all where none is sent", async () => {
    await save();
    expect(await saved()).toEqual([]);
    expect(await getMarketplace(place)).toMatchObject({ stripe_webhook_endpoint_secret_masked: [] });
  });

  it("saves the first secrets of a Marketplace that never had any", async () => {
    await dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: marketplaceKey(place),
        UpdateExpression: "REMOVE stripe_webhook_endpoint_secret, stripe_webhook_endpoint_secret_masked",
      }),
    );
    const first = aSecret();
    await save(first);
    expect(await saved()).toEqual([first]);
  });

  it("leaves everything else of the Marketplace as it was", async () => {
    const before = await getMarketplace(place);
    const after = await save(aSecret());
    expect({ ...after, stripe_webhook_endpoint_secret_masked: [] }).toEqual({
      ...before,
      stripe_webhook_endpoint_secret_masked: [],
    });
  });

  it("refuses a masked form that is none of this Marketplace's, and changes nothing", async () => {
    await expect(save(aSecret(), "whsec_…zzzz")).rejects.toMatchObject({
      status: 400,
      code: "invalid_field",
      message: "stripe_webhook_endpoint_secret: whsec_…zzzz is not one of those here",
    });
    expect(await saved()).toEqual([present]);
  });

  it.each([6, 7])("refuses %i secrets, and changes nothing", async (length) => {
    await expect(save(...Array.from({ length }, () => aSecret()))).rejects.toMatchObject({
      status: 400,
      code: "invalid_field",
      message: "stripe_webhook_endpoint_secret: must be one of at most 5; retire one first",
    });
    expect(await saved()).toEqual([present]);
  });

  it("adds one secret, and retires one, beside those that stay", async () => {
    const added = aSecret();
    await update({ add_webhook_secret: added });
    expect(await saved()).toEqual([present, added]);
    await update({ retire_webhook_secret: mask(present) });
    expect(await saved()).toEqual([added]);
  });

  it("refuses a sixth secret at its field, and changes nothing", async () => {
    await save(...Array.from({ length: 5 }, () => aSecret()));
    const before = await saved();
    await expect(update({ add_webhook_secret: aSecret() })).rejects.toMatchObject({
      status: 400,
      fields: { add_webhook_secret: "must be one of at most 5; retire one first" },
    });
    expect(await saved()).toEqual(before);
  });

  it("lets a representative in, and takes them out again", async () => {
    await update({ add_representative: "vera@convene.example" });
    expect(await representativesOf(place)).toEqual(["vera@convene.example"]);
    await update({ remove_representative: "vera@convene.example" });
    expect(await representativesOf(place)).toEqual([]);
  });

  it("changes nothing where nothing is sent", async () => {
    const before = await getMarketplace(place);
    expect(await update({})).toEqual(before);
    expect(await saved()).toEqual([present]);
  });

  it("says in the audit who saved which secrets, by their masked forms", async () => {
    const added = aSecret();
    await save(added);
    const { audit } = await readSpace(place.space);
    expect(audit).toEqual([
      {
        at: expect.any(String),
        actor: ACTOR,
        what: `set the webhook secrets of First Vendor to ${mask(added)}`,
      },
    ]);
  });

  it("lets whoever comes too late of several at the same moment know of it, and mixes nothing", async () => {
    const secrets = Array.from({ length: 5 }, () => aSecret());
    await Promise.all(secrets.map(saved)); // connections enough for all
    const before = await getMarketplace(place);
    const results = await Promise.allSettled(
      secrets.map((secret) => updateMarketplace(before, { stripe_webhook_endpoint_secret: [secret] }, ACTOR)),
    );
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(4);
    for (const reason of refused) expect(reason).toMatchObject({ status: 409, code: "changed_meanwhile" });
    const kept = await saved();
    expect(secrets.map((secret) => [secret])).toContainEqual(kept);
    expect(await getMarketplace(place)).toMatchObject({
      stripe_webhook_endpoint_secret_masked: kept?.map(mask),
    });
  });

  it("makes no Marketplace that is not there", async () => {
    const nowhere = { ...(await getMarketplace(place)), room: "lobby" };
    const saving = updateMarketplace(nowhere, { stripe_webhook_endpoint_secret: [] }, ACTOR);
    await expect(saving).rejects.toMatchObject({ status: 409, code: "changed_meanwhile" });
    await expect(getMarketplace(nowhere)).rejects.toMatchObject({ status: 404 });
  });
});

describe("MarketplaceUpdate", () => {
  const takes = (secrets: unknown) => v.is(MarketplaceUpdate, { stripe_webhook_endpoint_secret: secrets });

  it.each([
    ["none", []],
    ["five", Array.from({ length: 5 }, () => aSecret())],
    ["whole and masked", [aSecret(), "whsec_…4242"]],
  ])("takes a list of %s", (_what, secrets) => {
    expect(takes(secrets)).toBe(true);
  });

  it.each([
    ["another kind of secret", ["sk_test_5f2a9c0b7d3e4242"]],
    ["a masked form of another kind", ["sk_test_…4242"]],
    ["a masked form with too much behind it", ["whsec_…42424"]],
    ["texts that are none", [42]],
  ])("refuses a list of %s", (_what, secrets) => {
    expect(takes(secrets)).toBe(false);
  });

  it.each([null, aSecret(), {}])("refuses %j, which is no list", (secrets) => {
    expect(takes(secrets)).toBe(false);
  });

  it("refuses fields that nobody may set", () => {
    const update = { stripe_webhook_endpoint_secret: [], stripe_account: "acct_1" };
    expect(v.is(MarketplaceUpdate, update)).toBe(false);
  });
});
