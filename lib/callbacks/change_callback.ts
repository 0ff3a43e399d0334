import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { CALLBACK_SECRET_SLOTS, callbackKey, callbackSecretKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError, NotFound, ValidationError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { MaskedSecret } from "../marketplaces/webhook_secrets.ts";
import { mask } from "../secrets/mask.ts";
import { seal } from "../secrets/seal.ts";
import { type CallbackSecret, findCallback } from "./callback.ts";
import type { CallbackOwner } from "./callback_owner.ts";
import { CallbackUrl } from "./callback_url.ts";

const Yes = v.optional(v.union([v.literal(true), v.literal("true")], "must be `true`"));

/** One of these; a secret that is there is named as it is shown. */
export type CallbackChange = v.InferOutput<typeof CallbackChange>;
export const CallbackChange = v.pipe(
  fields({
    url: v.optional(CallbackUrl),
    add_callback_secret: Yes,
    retire_callback_secret: v.optional(MaskedSecret),
    remove: Yes,
  }),
  v.check(
    (change) => Object.keys(change).length === 1,
    "must be one of `url`, `add_callback_secret`, `retire_callback_secret` and `remove`",
  ),
);

/** As Standard Webhooks writes secrets, in base64 that needs no padding. */
const newSecret = (): string => `whsec_${randomBytes(30).toString("base64")}`;

/**
 * Sets up a callback, with its first secret, or moves it; adds or retires a secret; removes it with all that is its own.
 * @returns a secret that was made: it is shown this once
 * @throws {NotFound} where there is none; {ValidationError}; {HttpError} 409 `changed_meanwhile`
 */
export async function changeCallback(
  owner: CallbackOwner,
  change: CallbackChange,
  actor: string,
): Promise<string | undefined> {
  const found = await findCallback(owner);
  if (change.url !== undefined) return await saveUrl(owner, change.url, found !== undefined, actor);
  if (!found) throw new NotFound();
  if (change.remove) return await remove(owner, actor);
  const { retire_callback_secret: retired } = change;
  if (retired) return await retire(owner, retired, found.secrets, actor);
  return await addSecret(owner, found.secrets, actor);
}

const TableName = () => configuration.settingsTable;

async function saveUrl(
  owner: CallbackOwner,
  url: string,
  isThere: boolean,
  actor: string,
): Promise<string | undefined> {
  const { space, marketplace } = owner;
  const secret = isThere ? undefined : newSecret();
  const saved = await transact([
    {
      Put: {
        TableName: TableName(),
        Item: { ...callbackKey(owner), space, marketplace, url },
        ConditionExpression: isThere ? "attribute_exists(pk)" : "attribute_not_exists(pk)",
      },
    },
    ...(secret ? [await secretPut(owner, CALLBACK_SECRET_SLOTS[0], secret)] : []),
    // Its path may be as good as a password.
    auditPut(owner.space, actor, `set the callback of ${owner.name} to ${new URL(url).host}`),
  ]);
  if (!saved) throw httpError("changed_meanwhile");
  return secret;
}

async function addSecret(owner: CallbackOwner, present: CallbackSecret[], actor: string): Promise<string> {
  const slot = CALLBACK_SECRET_SLOTS.find((each) =>
    present.every(({ sk }) => sk !== callbackSecretKey(owner, each).sk),
  );
  if (!slot)
    throw new ValidationError({
      add_callback_secret: "must be one of at most two; retire the one that nobody verifies with any more",
    });
  const secret = newSecret();
  const added = await transact([
    {
      ConditionCheck: {
        TableName: TableName(),
        Key: callbackKey(owner),
        ConditionExpression: "attribute_exists(pk)",
      },
    },
    await secretPut(owner, slot, secret),
    auditPut(owner.space, actor, `added the callback secret ${mask(secret)} of ${owner.name}`),
  ]);
  if (!added) throw httpError("changed_meanwhile");
  return secret;
}

async function secretPut(owner: CallbackOwner, slot: (typeof CALLBACK_SECRET_SLOTS)[number], secret: string) {
  const key = callbackSecretKey(owner, slot);
  return {
    Put: {
      TableName: TableName(),
      Item: {
        ...key,
        callback_secret: await seal(secret, { space: owner.space, row: key.sk, field: "callback_secret" }),
        callback_secret_masked: mask(secret),
        made_at: iso(now()),
      },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  };
}

async function retire(
  owner: CallbackOwner,
  masked: string,
  present: CallbackSecret[],
  actor: string,
): Promise<undefined> {
  const retired = present.find((each) => each.callback_secret_masked === masked);
  const kept = present.find((each) => each !== retired);
  if (!retired) throw new ValidationError({ retire_callback_secret: `${masked} is not one of those here` });
  if (!kept)
    throw new ValidationError({
      retire_callback_secret: "is the last one, and nothing is sent unsigned; add another first",
    });
  const { pk } = callbackKey(owner);
  const done = await transact([
    {
      Delete: {
        TableName: TableName(),
        Key: { pk, sk: retired.sk },
        ConditionExpression: "callback_secret = :seen",
        ExpressionAttributeValues: { ":seen": retired.callback_secret },
      },
    },
    // Of two people who retire one each at the same moment, one does.
    {
      ConditionCheck: {
        TableName: TableName(),
        Key: { pk, sk: kept.sk },
        ConditionExpression: "attribute_exists(pk)",
      },
    },
    auditPut(owner.space, actor, `retired the callback secret ${masked} of ${owner.name}`),
  ]);
  if (!done) throw httpError("changed_meanwhile");
}

async function remove(owner: CallbackOwner, actor: string): Promise<undefined> {
  const keys = [callbackKey(owner), ...CALLBACK_SECRET_SLOTS.map((slot) => callbackSecretKey(owner, slot))];
  await transact([
    ...keys.map((Key) => ({ Delete: { TableName: TableName(), Key } })),
    auditPut(owner.space, actor, `removed the callback of ${owner.name}`),
  ]);
}
