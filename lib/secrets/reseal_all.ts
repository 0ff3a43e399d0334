import { ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { fromCursor, toCursor } from "../dynamodb/cursor.ts";
import { spaceKey } from "../dynamodb/keys.ts";
import { KmsUnavailable } from "../errors.ts";
import { describeError, log } from "../log.ts";
import { reseal } from "./seal.ts";
import type { SecretContext } from "./secret_context.ts";

/** The attributes of the settings that are sealed. */
const SEALED_FIELDS = [
  "api_token",
  "stripe_webhook_endpoint_secret",
  "session_keys",
  "callback_secret",
] as const;
type Field = (typeof SEALED_FIELDS)[number];

const RowKey = v.object({ pk: v.string(), sk: v.string() });
type RowKey = v.InferOutput<typeof RowKey>;
const Row = v.object({
  ...RowKey.entries,
  api_token: v.optional(v.string()),
  stripe_webhook_endpoint_secret: v.optional(v.string()),
  session_keys: v.optional(v.string()),
  callback_secret: v.optional(v.string()),
});
type Row = v.InferOutput<typeof Row>;

/** How many secrets are sealed anew, how many somebody else sealed meanwhile, and where those are that do not open. */
type Resealed = {
  resealed: number;
  unchanged: number;
  failed: SecretContext[];
  /** Where to go on; null when all are done. */
  next: string | null;
};

/**
 * Seals every secret in the settings with the key that is configured now; then no older key is needed. Any number of
 * times, beside the running service: a secret that is saved meanwhile is sealed with this key anyway, and stays.
 * @param until when no further row is begun
 * @param next what an earlier run answered
 * @throws {KmsUnavailable} where KMS does not answer; what was done is done
 */
export async function resealAll(until: Date, next?: string): Promise<Resealed> {
  const done: Resealed = { resealed: 0, unchanged: 0, failed: [], next: null };
  let from = next === undefined ? undefined : fromCursor(next, RowKey);
  do {
    const page = await sealedRows(from);
    for (const row of page.rows) {
      for (const field of SEALED_FIELDS) await resealField(row, field, done);
      if (now() >= until) return { ...done, next: toCursor(v.parse(RowKey, row)) };
    }
    from = page.next;
    if (from && now() >= until) return { ...done, next: toCursor(from) };
  } while (from);
  return done;
}

async function sealedRows(from: RowKey | undefined): Promise<{ rows: Row[]; next: RowKey | undefined }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new ScanCommand({
      TableName: configuration.settingsTable,
      FilterExpression: SEALED_FIELDS.map((field) => `attribute_exists(${field})`).join(" OR "),
      ProjectionExpression: ["pk", "sk", ...SEALED_FIELDS].join(", "),
      ConsistentRead: true,
      ...(from && { ExclusiveStartKey: from }),
    }),
  );
  return { rows: v.parse(v.array(Row), Items), next: v.parse(v.optional(RowKey), LastEvaluatedKey) };
}

async function resealField(row: Row, field: Field, done: Resealed): Promise<void> {
  const before = row[field];
  if (before === undefined) return;
  const context = contextOf(row, field);
  const after = await resealIfItOpens(before, context);
  if (after === undefined) done.failed.push(context);
  else if (await replace(row, field, before, after)) done.resealed += 1;
  else done.unchanged += 1;
}

/** As every writer has it: the Space's name, or what stands for it where there is none; the row's sort key; the attribute. */
const contextOf = ({ pk, sk }: RowKey, field: Field): SecretContext => ({
  space: pk.startsWith(spaceKey("")) ? pk.slice(spaceKey("").length) : pk,
  row: sk,
  field,
});

/** What KMS says of one ciphertext's key, and not of itself (AWS KMS API reference, "ReEncrypt"). */
const OF_ONE_KEY = new Set([
  "AccessDeniedException",
  "DisabledException",
  "InvalidKeyUsageException",
  "KMSInvalidStateException",
  "NotFoundException",
]);

async function resealIfItOpens(sealed: string, context: SecretContext): Promise<string | undefined> {
  try {
    return await reseal(sealed, context);
  } catch (error) {
    if (error instanceof KmsUnavailable && !OF_ONE_KEY.has(error.reason)) throw error;
    log.error("a secret does not open, and stays as it is", { ...context, ...describeError(error) });
    return undefined;
  }
}

async function replace({ pk, sk }: RowKey, field: Field, before: string, after: string): Promise<boolean> {
  const written = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: { pk, sk },
        UpdateExpression: `SET ${field} = :after`,
        ConditionExpression: `${field} = :before`,
        ExpressionAttributeValues: { ":before": before, ":after": after },
      }),
    ),
  );
  return written !== undefined;
}
