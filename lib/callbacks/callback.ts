import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { type CallbackRef, callbackKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";

/** Where somebody is called back with what becomes of Orders: of a Marketplace's, or of all of the Space's. Times are ISO 8601. */
export type Callback = v.InferOutput<typeof Callback>;
export const Callback = v.object({
  space: v.string(),
  /** Absent of the Space's own. */
  marketplace: v.optional(v.string()),
  url: v.string(),
  /** The receiver answered 410: it is called no more, until somebody saves the URL again. */
  switched_off_at: v.optional(v.string()),
  /** Since when no call has succeeded; absent where the last one did. */
  failing_since: v.optional(v.string()),
});

/** One of the secrets that sign its calls, in a row of its own, so that a new one is added by who can open none. */
export type CallbackSecret = v.InferOutput<typeof CallbackSecret>;
export const CallbackSecret = v.object({
  sk: v.string(),
  /** Sealed for this row. */
  callback_secret: v.string(),
  callback_secret_masked: v.string(),
  made_at: v.string(),
});

/** The callback, if there is one, with its secrets, the oldest first. */
export async function findCallback(
  ref: CallbackRef,
): Promise<{ callback: Callback; secrets: CallbackSecret[] } | undefined> {
  const { pk, sk } = callbackKey(ref);
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :space AND begins_with(sk, :callback)",
    ExpressionAttributeValues: { ":space": pk, ":callback": sk },
    ConsistentRead: true,
  });
  const own = rows.find((row) => row.sk === sk);
  if (!own) return undefined;
  const secrets = v.parse(
    v.array(CallbackSecret),
    rows.filter((row) => row !== own),
  );
  return {
    callback: v.parse(Callback, own),
    secrets: secrets.toSorted((one, other) => one.made_at.localeCompare(other.made_at)),
  };
}
