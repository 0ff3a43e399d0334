import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import {
  marketplaceKey,
  marketplaceRow,
  SPACE_ROW,
  spaceKey,
  utilityKey,
} from "../../../lib/dynamodb/keys.ts";
import { readWebhookSecrets, sealWebhookSecrets } from "../../../lib/marketplaces/webhook_secrets.ts";
import { resealAll } from "../../../lib/secrets/reseal_all.ts";
import { rotateSessionKeys } from "../../../lib/session/rotate_session_keys.ts";
import { placeOf } from "../../support/checkouts.ts";
import { type Kms, startKms } from "../../support/kms.ts";
import { ownTables } from "../../support/own_tables.ts";
import { removeSessionKeys, storedSessionKeys } from "../../support/session_keys.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { emptySettings, tableRows } from "../../support/table_rows.ts";
import { savedKey } from "../../support/utilities.ts";

await ownTables();

type Key = ReturnType<Kms["makeKey"]>;

let kms: Kms;
let old: Key;
let current: Key;
let space: TestSpace;
beforeAll(async () => {
  kms = await startKms();
});
/** One Space, with a Utility, two Marketplaces and endpoints of its own; and the session keys: five secrets in all. */
beforeEach(async () => {
  await emptySettings();
  [old, current] = [kms.makeKey(), kms.makeKey()];
  vi.stubEnv("SESSION_KEYS", "");
  vi.stubEnv("SEALING_KMS_KEY", old.arn);
  space = await aSpace();
  await rotateSessionKeys({ now: false, forget: false });
  vi.stubEnv("SEALING_KMS_KEY", current.arn);
  kms.calls.length = 0;
});
afterEach(() => {
  kms.weather = "well";
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const SECRETS = 5;
const HOUR = () => new Date(Date.now() + 60 * 60_000);
const NO_TIME = new Date(0);
const noted = () => vi.spyOn(console, "error").mockImplementation(() => {});

/** Everything that is sealed in the settings, by where it is. */
async function sealedTexts(): Promise<Map<string, string>> {
  const texts = (await tableRows()).flatMap((row) =>
    Object.entries(row).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" && /^(?:kms:|eyJ)/.test(value)
        ? [[`${row.pk} ${row.sk} ${name}`, value]]
        : [],
    ),
  );
  return new Map(texts);
}

const openAll = async () => ({
  apiToken: await savedKey(space),
  first: await readWebhookSecrets(space.space, marketplaceRow(placeOf(space))),
  second: await readWebhookSecrets(space.space, marketplaceRow(placeOf(space, space.second))),
  own: await readWebhookSecrets(space.space, SPACE_ROW),
  session: await storedSessionKeys(),
});

const itemAt = async (Key: Record<string, string>) => {
  const { Item = {} } = await dynamodb.send(
    new GetCommand({ TableName: configuration.settingsTable, Key, ConsistentRead: true }),
  );
  return Item;
};

const set = (Key: Record<string, string>, field: string, value: unknown) =>
  dynamodb.send(
    new UpdateCommand({
      TableName: configuration.settingsTable,
      Key,
      UpdateExpression: "SET #field = :value",
      ExpressionAttributeNames: { "#field": field },
      ExpressionAttributeValues: { ":value": value },
    }),
  );

it("seals every secret there is with the new key, and then the old one is not needed", async () => {
  const [secrets, before] = [await openAll(), await sealedTexts()];
  expect(before.size).toBe(SECRETS);
  expect(await resealAll(HOUR())).toEqual({ resealed: SECRETS, unchanged: 0, failed: [], next: null });
  const after = await sealedTexts();
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [where, text] of after) expect(text).not.toBe(before.get(where));
  old.state = "Disabled";
  expect(await openAll()).toEqual(secrets);
});

it("lets no secret out of KMS, and tells it each one's own place", async () => {
  await resealAll(HOUR());
  expect(new Set(kms.calls.map(({ action }) => action))).toEqual(new Set(["ReEncryptFrom", "ReEncryptTo"]));
  const field = "stripe_webhook_endpoint_secret";
  const places = [
    { space: space.space, row: `UTILITY#${space.utility}`, field: "api_token" },
    { space: space.space, row: marketplaceRow(placeOf(space)), field },
    { space: space.space, row: marketplaceRow(placeOf(space, space.second)), field },
    { space: space.space, row: SPACE_ROW, field },
    { space: "SESSION_KEYS", row: "SESSION_KEYS", field: "session_keys" },
  ];
  for (const [action, key] of [
    ["ReEncryptFrom", old.arn],
    ["ReEncryptTo", current.arn],
  ])
    for (const context of places) expect(kms.calls).toContainEqual({ action, key, context });
});

it("changes nothing of a row but what is sealed", async () => {
  const masked = (rows: Record<string, unknown>[]) =>
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === "string" && value.startsWith("kms:") ? "sealed" : value,
        ]),
      ),
    );
  const before = masked(await tableRows());
  await resealAll(HOUR());
  expect(masked(await tableRows())).toEqual(before);
});

it("works with the local key, too", async () => {
  await emptySettings();
  vi.stubEnv("SEALING_KMS_KEY", "");
  space = await aSpace();
  await rotateSessionKeys({ now: false, forget: false });
  const secrets = await openAll();
  expect(await resealAll(HOUR())).toMatchObject({ resealed: SECRETS, failed: [], next: null });
  expect(await openAll()).toEqual(secrets);
});

describe("without time for all", () => {
  it("does one row each time, and says where to go on, until all are done", async () => {
    let next: string | undefined;
    let resealed = 0;
    let runs = 0;
    do {
      const done = await resealAll(NO_TIME, next);
      expect(done.resealed).toBeLessThanOrEqual(1);
      resealed += done.resealed;
      next = done.next ?? undefined;
      runs += 1;
    } while (next !== undefined);
    expect(resealed).toBe(SECRETS);
    expect(runs).toBeGreaterThanOrEqual(SECRETS);
    old.state = "Disabled";
    await openAll();
  });

  it("goes on over pages of the table that hold nothing sealed", async () => {
    // A page of a scan is 1 MB.
    const filler = "x".repeat(350_000);
    for (let row = 0; row < 8; row++)
      await dynamodb.send(
        new PutCommand({
          TableName: configuration.settingsTable,
          Item: { pk: `FILLER#${row}`, sk: "FILLER", filler },
        }),
      );
    expect(await resealAll(HOUR())).toMatchObject({ resealed: SECRETS, next: null });
  });

  it.each(["", "hello", Buffer.from('{"pk":1}').toString("base64url")])(
    "does not take %j for where to go on",
    async (next) => {
      await expect(resealAll(HOUR(), next)).rejects.toThrow("is not what an earlier page answered");
    },
  );
});

it("leaves a secret that somebody saves at the same moment", async () => {
  const Key = marketplaceKey(placeOf(space));
  const row = marketplaceRow(placeOf(space));
  const fresh = await sealWebhookSecrets(["whsec_fresh"], space.space, row);
  // What another does between our reading a row and writing it.
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === "UpdateItemCommand" && JSON.stringify(args).includes(row)) {
        dynamodb.middlewareStack.remove("meanwhile");
        await set(Key, "stripe_webhook_endpoint_secret", fresh);
      }
      return await next(args);
    },
    { step: "initialize", name: "meanwhile" },
  );
  expect(await resealAll(HOUR())).toEqual({
    resealed: SECRETS - 1,
    unchanged: 1,
    failed: [],
    next: null,
  });
  expect(await readWebhookSecrets(space.space, row)).toEqual(["whsec_fresh"]);
});

it("brings back no secret of a row that is removed at the same moment, nor the row", async () => {
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === "UpdateItemCommand" && JSON.stringify(args).includes("SESSION_KEYS")) {
        dynamodb.middlewareStack.remove("meanwhile");
        await removeSessionKeys();
      }
      return await next(args);
    },
    { step: "initialize", name: "meanwhile" },
  );
  expect(await resealAll(HOUR())).toMatchObject({ resealed: SECRETS - 1, unchanged: 1 });
  expect(await storedSessionKeys()).toEqual([]);
});

describe("a ciphertext that does not open", () => {
  const field = "stripe_webhook_endpoint_secret";
  const expectOthersDone = async (failed: object) => {
    const logged = noted();
    expect(await resealAll(HOUR())).toEqual({
      resealed: SECRETS - 1,
      unchanged: 0,
      failed: [failed],
      next: null,
    });
    const said = logged.mock.calls.flat().join();
    expect(said).toContain("a secret does not open");
    expect(said).not.toContain("kms:");
  };

  it("because it was moved here is named, and stays, and the others are done", async () => {
    const { [field]: moved } = await itemAt(marketplaceKey(placeOf(space, space.second)));
    await set(marketplaceKey(placeOf(space)), field, moved);
    await expectOthersDone({ space: space.space, row: marketplaceRow(placeOf(space)), field });
    expect(await itemAt(marketplaceKey(placeOf(space)))).toMatchObject({ [field]: moved });
  });

  it("because it is none of KMS's is named", async () => {
    await set(utilityKey(space.space, space.utility), "api_token", "eyJhbGciOiJkaXIifQ....");
    await expectOthersDone({ space: space.space, row: `UTILITY#${space.utility}`, field: "api_token" });
  });

  it("because its key is gone is named", async () => {
    const gone = kms.makeKey();
    vi.stubEnv("SEALING_KMS_KEY", gone.arn);
    const sealed = await sealWebhookSecrets(["whsec_1"], space.space, SPACE_ROW);
    await set({ pk: spaceKey(space.space), sk: SPACE_ROW }, field, sealed);
    vi.stubEnv("SEALING_KMS_KEY", current.arn);
    gone.state = "PendingDeletion";
    await expectOthersDone({ space: space.space, row: SPACE_ROW, field });
  });
});

it("stops while KMS is down, with every secret as good as before, and does all when it is back", async () => {
  noted();
  const secrets = await openAll();
  kms.weather = "down";
  await expect(resealAll(HOUR())).rejects.toMatchObject({ status: 503 });
  kms.weather = "well";
  expect(await openAll()).toEqual(secrets);
  expect(await resealAll(HOUR())).toMatchObject({ resealed: SECRETS });
});
