import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { Webhook } from "standardwebhooks";
import { auditPut } from "../audit/audit.ts";
import { iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { callbackKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { findOrder } from "../orders/find_order.ts";
import type { ClaimedRow } from "../outbox/claim_row.ts";
import type { Outcome } from "../outbox/finish_row.ts";
import { callbackOf } from "../outbox/outbox_row.ts";
import { open } from "../secrets/seal.ts";
import { presentOrderWhole } from "../stripe_events/present_order_whole.ts";
import { type Callback, type CallbackSecret, findCallback } from "./callback.ts";
import { callbackUrlTrouble } from "./callback_url.ts";
import { webhookId } from "./delivery.ts";
import { type Answer, post } from "./post.ts";

/** How many of its last tries a delivery keeps. */
const KEEP_TRIES = 20;

/**
 * Calls back with one fact: the Order as it is now, signed with each of the callback's secrets. What comes of it is in the
 * delivery's log; where the receiver is gone (410), nothing more is sent there.
 */
export async function sendCallback(row: ClaimedRow): Promise<Outcome> {
  const { callback, secrets = [] } = (await findCallback(callbackOf(row))) ?? {};
  if (!callback) return { is: "given_up", error: "removed" };
  if (callback.switched_off_at) return { is: "given_up", error: "switched_off" };
  const at = now();
  const answer = callbackUrlTrouble(callback.url)
    ? { ms: 0, error: "address_refused" }
    : await call(callback, secrets, row, at);
  const isTaken = "status" in answer && answer.status >= 200 && answer.status < 300;
  const isGone = "status" in answer && answer.status === 410;
  if (isGone) await switchOff(callback);
  else await noteHealth(callback, isTaken);
  const log = [...(row.log ?? []).slice(1 - KEEP_TRIES), { at: iso(at), ...answer }];
  return { is: isTaken ? "sent" : isGone ? "given_up" : "failed", log };
}

async function call(
  { url }: Callback,
  secrets: CallbackSecret[],
  row: ClaimedRow,
  at: Date,
): Promise<Answer> {
  const body = JSON.stringify({ type: row.topic, timestamp: row.at, data: await dataOf(row) });
  const id = webhookId(row, url);
  const signatures = await Promise.all(
    secrets.map(async ({ sk, callback_secret }) => {
      const place = { space: row.space, row: sk, field: "callback_secret" };
      return new Webhook(await open(callback_secret, place)).sign(id, at, body);
    }),
  );
  return await post(
    new URL(url),
    {
      "content-type": "application/json",
      "user-agent": "Convene-Callback",
      "webhook-id": id,
      "webhook-timestamp": String(toSeconds(at)),
      "webhook-signature": signatures.join(" "),
    },
    body,
  );
}

/** The Order as its JSON shows it; of a test, which has none, whose callback it is. */
async function dataOf({ order: id, space, marketplace }: ClaimedRow): Promise<object> {
  if (!id) return { space, marketplace: marketplace || null };
  const order = await findOrder(marketplace, id);
  if (!order) throw new Error(`there is no Order ${id}`);
  return await presentOrderWhole(order);
}

/** Since when it fails, or that it does not any more; of the URL that was called, and where that is news. */
async function noteHealth(callback: Callback, isTaken: boolean): Promise<void> {
  if (isTaken === (callback.failing_since === undefined)) return;
  await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: callbackKey(callback),
        UpdateExpression: isTaken ? "REMOVE failing_since" : "SET failing_since = :now",
        ConditionExpression: `#url = :url${isTaken ? "" : " AND attribute_not_exists(failing_since)"}`,
        ExpressionAttributeNames: { "#url": "url" },
        ExpressionAttributeValues: { ":url": callback.url, ...(!isTaken && { ":now": iso(now()) }) },
      }),
    ),
  );
}

/** Of several calls that are answered 410, one does it; of a URL that somebody has saved meanwhile, none. */
async function switchOff(callback: Callback): Promise<void> {
  await transact([
    {
      Update: {
        TableName: configuration.settingsTable,
        Key: callbackKey(callback),
        UpdateExpression: "SET switched_off_at = :now",
        ConditionExpression: "#url = :url AND attribute_not_exists(switched_off_at)",
        ExpressionAttributeNames: { "#url": "url" },
        ExpressionAttributeValues: { ":url": callback.url, ":now": iso(now()) },
      },
    },
    auditPut(callback.space, new URL(callback.url).host, "answered 410, which switched its callback off"),
  ]);
}
