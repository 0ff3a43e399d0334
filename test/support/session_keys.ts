import { DeleteCommand, GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { vi } from "vitest";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { SESSION_KEYS_ROW } from "../../lib/dynamodb/keys.ts";
import {
  openSessionKeys,
  readSealedSessionKeys,
  type SessionKey,
  saveSessionKeys,
} from "../../lib/session/stored_session_keys.ts";
import { sentBack } from "./people.ts";
import { aRequest } from "./requests.ts";

const cookie = { name: "basket", schema: v.object({ bread: v.string() }), maxAge_s: 12 * 60 * 60 };

/** A Lambda that was just started, and remembers by itself; it makes cookies, and opens what others made. */
export async function aLambda() {
  vi.resetModules();
  const { setCookie, readCookie } = await import("../../lib/session/cookies.ts");
  const { sessionKeys, newerSessionKeys } = await import("../../lib/session/session_keys.ts");
  return {
    sessionKeys,
    newerSessionKeys,
    make: async (): Promise<string> => sentBack(await setCookie(cookie, { bread: "rye" })),
    opens: async (sent: string): Promise<boolean> =>
      (await readCookie({ ...aRequest({}), cookies: [sent] }, cookie)) !== undefined,
  };
}

const Key = { pk: SESSION_KEYS_ROW, sk: SESSION_KEYS_ROW };

/** The row as it stands in the table. */
export async function sessionKeysItem(): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.settingsTable, Key, ConsistentRead: true }),
  );
  return Item;
}

/** The stored keys, opened; empty where there are none. */
export async function storedSessionKeys(): Promise<SessionKey[]> {
  const sealed = await readSealedSessionKeys();
  return sealed === undefined ? [] : await openSessionKeys(sealed);
}

/** Puts these in the place of whatever there is. */
export async function putSessionKeys(keys: SessionKey[]): Promise<void> {
  await removeSessionKeys();
  await saveSessionKeys(keys, undefined);
}

export const removeSessionKeys = () =>
  dynamodb.send(new DeleteCommand({ TableName: configuration.settingsTable, Key }));
