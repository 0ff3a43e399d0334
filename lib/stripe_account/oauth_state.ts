import { createHash, randomBytes } from "node:crypto";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { oauthStateKey } from "../dynamodb/keys.ts";
import type { Session } from "../session/session.ts";

/** How long a person may take at Stripe, in ms. */
const LIFE_MS = 10 * 60_000;
/** The row stays for a day, so that who comes back late or twice is told so on the right page. */
const KEPT_MS = 24 * 60 * 60_000;

/** What must still be so when the browser comes back from Stripe, and whose browser it was. */
export type OauthState = v.InferOutput<typeof OauthState>;
const OauthState = v.object({
  space: v.string(),
  room: v.string(),
  marketplace: v.string(),
  /** The platform, as the Utility had it at the start. */
  utility: v.string(),
  client_id: v.string(),
  platform: v.optional(v.string()),
  livemode: v.boolean(),
  /** Who pressed the button, and the browser session they did it in. */
  email: v.string(),
  browser: v.string(),
  /** ISO 8601. */
  good_until: v.string(),
  used_at: v.optional(v.string()),
});

/** A state is known by its hash alone, so that nobody who reads the table can use one. */
const stateKey = (state: string) => oauthStateKey(sha256(state));
const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** The session's own token is in no other browser, and in no other session of this one. */
export const sessionFingerprint = ({ csrf }: Session): string => sha256(csrf);

/** @returns the `state` to send along to Stripe. */
export async function makeState(
  facts: Omit<OauthState, "email" | "browser" | "good_until" | "used_at">,
  session: Session,
): Promise<string> {
  const state = randomBytes(32).toString("base64url");
  const row: OauthState = {
    ...facts,
    email: session.email,
    browser: sessionFingerprint(session),
    good_until: iso(after(now(), LIFE_MS)),
  };
  const Item = { ...stateKey(state), ...row, expires_at_s: toSeconds(after(now(), KEPT_MS)) };
  await dynamodb.send(new PutCommand({ TableName: configuration.settingsTable, Item }));
  return state;
}

/** The state's row, whoever's it is; undefined for what is none of ours. */
export async function readState(state: string): Promise<OauthState | undefined> {
  return await findRow(OauthState, configuration.settingsTable, stateKey(state));
}

/**
 * Uses the state up, before anything is asked of Stripe: a code that is exchanged twice ends the first grant.
 * @returns whether it was still good.
 */
export async function useState(state: string): Promise<boolean> {
  const written = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: stateKey(state),
        UpdateExpression: "SET used_at = :now",
        ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(used_at) AND good_until > :now",
        ExpressionAttributeValues: { ":now": iso(now()) },
      }),
    ),
  );
  return written !== undefined;
}
