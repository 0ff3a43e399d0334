import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { SESSION_KEYS_KEY, SESSION_KEYS_ROW } from "../dynamodb/keys.ts";
import { open, seal } from "../secrets/seal.ts";
import type { SecretContext } from "../secrets/secret_context.ts";

/** A key of the session cookie: 32 bytes, base64url. Times are ISO 8601. */
export type SessionKey = v.InferOutput<typeof SessionKey>;
const SessionKey = v.object({
  key: v.string(),
  made_at: v.string(),
  /** When another took its place in front; since then it only opens. */
  replaced_at: v.optional(v.string()),
});

/** The keys are of no Space; where its name would be stands what is no slug, and so never a Space's name. */
const sessionKeysContext: SecretContext = {
  space: SESSION_KEYS_ROW,
  row: SESSION_KEYS_ROW,
  field: "session_keys",
};

const Row = v.object({ session_keys: v.string() });

/** The list as it is sealed; undefined where there is none yet. */
export async function readSealedSessionKeys(): Promise<string | undefined> {
  const row = await findRow(Row, configuration.settingsTable, SESSION_KEYS_KEY);
  return row?.session_keys;
}

/** @throws as opening any secret does */
export const openSessionKeys = async (sealed: string): Promise<SessionKey[]> =>
  v.parse(v.array(SessionKey), JSON.parse(await open(sealed, sessionKeysContext)));

/** Puts `keys` in the place of the list that was `seen`. @returns false where that is not there any more. */
export async function saveSessionKeys(keys: SessionKey[], seen: string | undefined): Promise<boolean> {
  const sealed = await seal(JSON.stringify(keys), sessionKeysContext);
  const written = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: SESSION_KEYS_KEY,
        UpdateExpression: "SET session_keys = :sealed",
        ConditionExpression: seen === undefined ? "attribute_not_exists(pk)" : "session_keys = :seen",
        ExpressionAttributeValues: { ":sealed": sealed, ...(seen !== undefined && { ":seen": seen }) },
      }),
    ),
  );
  return written !== undefined;
}
