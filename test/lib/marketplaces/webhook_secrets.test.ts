import { randomUUID } from "node:crypto";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { marketplaceKey, marketplaceRow, SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import {
  readWebhookSecrets,
  sealWebhookSecrets,
  WebhookSecret,
} from "../../../lib/marketplaces/webhook_secrets.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

const put = (item: Record<string, unknown>) =>
  dynamodb.send(new PutCommand({ TableName: configuration.settingsTable, Item: item }));

describe("readWebhookSecrets", () => {
  it("opens a Marketplace's secrets", async () => {
    const row = marketplaceRow(placeOf(space));
    expect(await readWebhookSecrets(space.space, row)).toEqual([space.first.webhookSecret]);
  });

  it("opens the Space's own, one for each of its two endpoints", async () => {
    const secrets = await readWebhookSecrets(space.space, SPACE_ROW);
    expect(secrets).toHaveLength(2);
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets ?? []) expect(secret).toMatch(/^whsec_/);
  });

  it("knows a row without secrets from no row", async () => {
    const place = { space: space.space, room: "store", marketplace: randomUUID() };
    expect(await readWebhookSecrets(place.space, marketplaceRow(place))).toBeUndefined();
    await put({ ...marketplaceKey(place), ...place, name: "New" });
    expect(await readWebhookSecrets(place.space, marketplaceRow(place))).toEqual([]);
  });

  it("does not open secrets that were copied from another Marketplace", async () => {
    const { Item } = await dynamodb.send(
      new GetCommand({ TableName: configuration.settingsTable, Key: marketplaceKey(placeOf(space)) }),
    );
    const place = { space: space.space, room: "store", marketplace: randomUUID() };
    await put({ ...Item, ...marketplaceKey(place) });
    await expect(readWebhookSecrets(place.space, marketplaceRow(place))).rejects.toThrow("another place");
  });
});

describe("sealWebhookSecrets", () => {
  it("shows nothing of the secrets", async () => {
    const secret = "whsec_5f2a9c0b7d3e42425f2a9c0b7d3e4242";
    const sealed = await sealWebhookSecrets([secret], "demo", SPACE_ROW);
    expect(sealed).not.toContain(secret);
    expect(Buffer.from(sealed, "base64url").toString()).not.toContain(secret);
  });
});

describe("WebhookSecret", () => {
  it.each([
    ["whsec_5f2a9c0b7d3e4242", "whsec_5f2a9c0b7d3e4242"],
    ["  whsec_Aa0+/=_-5f2a9c0b\n", "whsec_Aa0+/=_-5f2a9c0b"],
    [`whsec_${"a".repeat(250)}`, `whsec_${"a".repeat(250)}`],
  ])("takes %j, without the space around it", (text, secret) => {
    expect(v.parse(WebhookSecret, text)).toBe(secret);
  });

  it.each([
    "",
    "whsec_",
    "whsec_5f2a9c0b7d3e424",
    `whsec_${"a".repeat(251)}`,
    "sk_test_5f2a9c0b7d3e4242",
    "whsec_5f2a9c0b 7d3e4242",
    "whsec_5f2a9c0b7d3e…4242",
    42,
    null,
  ])("refuses %j", (text) => {
    expect(v.is(WebhookSecret, text)).toBe(false);
  });
});
