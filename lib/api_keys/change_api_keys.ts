import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { API_KEY_PREFIX, apiKeyRow, spaceKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { transact } from "../dynamodb/transact.ts";
import { NotFound } from "../errors.ts";
import { fields, Text } from "../http/body.ts";
import { Name } from "../spaces/space.ts";
import { hashOfApiKey, makeApiKey, Scope } from "./api_key.ts";

export type NewApiKey = v.InferOutput<typeof NewApiKey>;
export const NewApiKey = fields({ api_key_name: Name, scope: Scope });
/** The end of the key's hash, as the Space's page has it. */
export const ApiKeyId = fields({ id: v.pipe(Text, v.regex(/^[0-9a-f]{12}$/, "is no API key's")) });

/** @returns the key; it is shown this once, and only its hash is kept. */
export async function addApiKey(
  space: string,
  { api_key_name: name, scope }: NewApiKey,
  actor: string,
): Promise<string> {
  const apiKey = makeApiKey(space);
  const key = { pk: spaceKey(space), sk: apiKeyRow(hashOfApiKey(apiKey)) };
  await transact([
    {
      Put: {
        TableName: configuration.settingsTable,
        Item: { ...key, space, name, scope, created_at: iso(now()) },
      },
    },
    auditPut(space, actor, `created the API key ${name}, which may ${scope}`),
  ]);
  return apiKey;
}

/** @throws {NotFound} */
export async function removeApiKey(
  space: string,
  { id }: v.InferOutput<typeof ApiKeyId>,
  actor: string,
): Promise<void> {
  const pk = spaceKey(space);
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :space AND begins_with(sk, :key)",
    ExpressionAttributeValues: { ":space": pk, ":key": API_KEY_PREFIX },
  });
  const row = v
    .parse(v.array(v.object({ sk: v.string(), name: v.string() })), rows)
    .find(({ sk }) => sk.endsWith(id));
  if (!row) throw new NotFound();
  await transact([
    { Delete: { TableName: configuration.settingsTable, Key: { pk, sk: row.sk } } },
    auditPut(space, actor, `removed the API key ${row.name}`),
  ]);
}
