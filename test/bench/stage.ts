import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  UpdateItemCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import getPort from "get-port";
import { marketplaceRow, SPACE_ROW, spaceKey } from "../../lib/dynamodb/keys.ts";
import { sealWebhookSecrets } from "../../lib/marketplaces/webhook_secrets.ts";
import { findEmulator, startDynamodb } from "../../local/dynamodb.ts";
import { startSimulator } from "../../local/stripe_simulator/simulator.ts";
import { createTables, tablesOf, tableVariables } from "../../local/tables.ts";
import { bundle, packageFunctions } from "./artifacts.ts";
import { MARKETPLACES_PER_SPACE, marketplaceAt, spaceAt } from "./marketplaces.ts";

export const tables = tablesOf("bench");
export const eventsTable = tableVariables(tables).EVENTS_TABLE ?? "";
export const settingsTable = tableVariables(tables).SETTINGS_TABLE ?? "";

const textbookTables = {
  TEXTBOOK_SETTINGS_TABLE: { name: "textbook-settings", key: "marketplace" },
  TEXTBOOK_EVENTS_TABLE: { name: "textbook-events", key: "id" },
  TEXTBOOK_IDEMPOTENCY_TABLE: { name: "textbook-idempotency", key: "id" },
};

/** What all rivals are measured on: one DynamoDB, in memory, and the functions as they would be deployed. */
export type Stage = Awaited<ReturnType<typeof setStage>>;

export async function setStage() {
  const folder = mkdtempSync(join(tmpdir(), "convene-stripe-bench-"));
  const emulator = await findEmulator();
  const environment = { ...surroundings(), ...textbookNames() };
  // Seeding goes through lib, which reads the environment as the functions do.
  Object.assign(process.env, environment);
  const [dynamodb, functions, floor, textbook, empty, bareClient, settle] = await Promise.all([
    startDynamodb(emulator, await getPort(), undefined, join(folder, "dynamodb.log")),
    packageFunctions(folder),
    ...[
      "peers/floor.ts",
      "peers/textbook.ts",
      "peers/empty.ts",
      "peers/bare_client.ts",
      "peers/settle.ts",
    ].map((peer) => bundle(peer, folder)),
  ]);
  await Promise.all([createTables(dynamodb.endpoint, tables), createTextbookTables(dynamodb.endpoint)]);
  const simulator = await startSimulator({ port: 0, file: ":memory:" });
  const where = { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint, STRIPE_API_BASE: simulator.url };
  Object.assign(process.env, where);
  return {
    folder,
    emulator,
    endpoint: dynamodb.endpoint,
    simulatorUrl: simulator.url,
    environment: { ...environment, ...where },
    functions,
    modules: {
      floor: floor ?? "",
      us: functions.get("receiveStripeEvent") ?? "",
      textbook: textbook ?? "",
      empty: empty ?? "",
      bareClient: bareClient ?? "",
      settle: settle ?? "",
    },
    clear: async (): Promise<void> => {
      await Promise.all([dynamodb.stop(), simulator.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const surroundings = () => ({
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  BASE_URL: "http://bench.invalid",
  SEALING_KEY: randomBytes(32).toString("base64url"),
  SESSION_KEYS: randomBytes(32).toString("base64url"),
  OIDC_ISSUER: "http://127.0.0.1:9",
  OIDC_CLIENT_ID: "convene",
  NODE_DISABLE_COMPILE_CACHE: "1",
  ...tableVariables(tables),
});

const textbookNames = () =>
  Object.fromEntries(Object.entries(textbookTables).map(([variable, { name }]) => [variable, name]));

async function createTextbookTables(endpoint: string): Promise<void> {
  const client = clientOf(endpoint);
  for (const { name, key } of Object.values(textbookTables))
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
        KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
      }),
    );
  client.destroy();
}

export const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });

/** Lets the time pass after which an event is due. */
export async function makeDue(client: DynamoDBClient, space: string, id: string): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: eventsTable,
      Key: { pk: { S: `${space}#${id}` } },
      UpdateExpression: "SET due_at = :past",
      ConditionExpression: "attribute_exists(due_at)",
      ExpressionAttributeValues: { ":past": { S: new Date(Date.now() - 1_000).toISOString() } },
    }),
  );
}

/** The settings rows that the first so many Marketplaces have, and those of their Spaces. */
export async function settingsRows(marketplaces: number): Promise<Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for (let first = 0; first < marketplaces; first += MARKETPLACES_PER_SPACE) {
    const { space, webhookSecret } = spaceAt(first / MARKETPLACES_PER_SPACE);
    const count = Math.min(MARKETPLACES_PER_SPACE, marketplaces - first);
    const places = Array.from({ length: count }, (_, n) => marketplaceAt(first + n));
    rows.push(
      ...(await Promise.all([
        rowOf(space, SPACE_ROW, webhookSecret),
        ...places.map((place) => rowOf(space, marketplaceRow(place), place.webhookSecret)),
      ])),
    );
  }
  return rows;
}

async function rowOf(space: string, row: string, secret: string): Promise<Record<string, string>> {
  const sealed = await sealWebhookSecrets([secret], space, row);
  return { pk: spaceKey(space), sk: row, space, name: row, stripe_webhook_endpoint_secret: sealed };
}

/** Puts Marketplaces into our settings and into the textbook's. */
export async function seedMarketplaces(endpoint: string, marketplaces: number): Promise<void> {
  const client = clientOf(endpoint);
  for (const row of await settingsRows(marketplaces)) await put(client, settingsTable, row);
  for (let n = 0; n < marketplaces; n++) {
    const { marketplace, webhookSecret } = marketplaceAt(n);
    await put(client, textbookTables.TEXTBOOK_SETTINGS_TABLE.name, {
      marketplace,
      webhook_secret: webhookSecret,
    });
  }
  client.destroy();
}

async function put(client: DynamoDBClient, table: string, item: Record<string, string>): Promise<void> {
  const requests: WriteRequest[] = [{ PutRequest: { Item: marshall(item) } }];
  await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
}
