import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { auditKey } from "../dynamodb/keys.ts";

/** Who did what in a Space, and when (ISO 8601). Never a secret: a key is named by its masked form. */
export type AuditEntry = v.InferOutput<typeof AuditEntry>;
export const AuditEntry = v.object({ at: v.string(), actor: v.string(), what: v.string() });

/** The part of a transaction that writes an entry: what is done is in the audit, or is not done. */
export function auditPut(space: string, actor: string, what: string) {
  const at = iso(now());
  const entry: AuditEntry = { at, actor, what };
  return {
    Put: { TableName: configuration.settingsTable, Item: { ...auditKey(space, at, randomUUID()), ...entry } },
  };
}

/** Writes an entry by itself, before something is done that is no write to our tables. */
export async function recordAudit(space: string, actor: string, what: string): Promise<void> {
  await dynamodb.send(new PutCommand(auditPut(space, actor, what).Put));
}
