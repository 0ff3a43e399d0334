import { createHash } from "node:crypto";
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { ulid } from "ulid";
import * as v from "valibot";
import { now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition, itemInTheWay } from "../dynamodb/conditional.ts";
import { idempotencyKey } from "../dynamodb/keys.ts";
import { httpError, ValidationError } from "../errors.ts";
import type { CheckoutRequest } from "./checkout_request.ts";

/** As long as Stripe keeps its keys (Stripe API, "Idempotent requests"), in seconds. */
const KEEP_S = 24 * 60 * 60;

type Claim = v.InferOutput<typeof Claim>;
const Claim = v.object({ order: v.string(), request_hash: v.string() });

/**
 * The Order id that belongs to an `Idempotency-Key` of a Marketplace: minted at the first request,
 * found again at each repetition within 24 h.
 * @param over the Order that the key named, where it is over unpaid: whoever is first to say so has the key name another
 * @throws {ValidationError} for a malformed key, {HttpError} 422 for a key that came with another request before.
 */
export async function claimOrderId(
  marketplace: string,
  key: string,
  request: CheckoutRequest,
  over?: string,
): Promise<string> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new ValidationError({ "Idempotency-Key": "must be 1 to 255 visible characters" });
  const claim = { order: ulid(), request_hash: sha256(JSON.stringify(request)) };
  const earlier = await putClaim(marketplace, key, claim, over);
  if (!earlier) return claim.order;
  if (earlier.request_hash !== claim.request_hash) throw httpError("idempotency_key_reused");
  return earlier.order;
}

/** One conditional write; where the key is taken, the answer brings its earlier claim along. */
async function putClaim(
  marketplace: string,
  key: string,
  claim: Claim,
  over: string | undefined,
): Promise<Claim | undefined> {
  const now_s = toSeconds(now());
  const earlier = await itemInTheWay(
    dynamodb.send(
      new PutCommand({
        TableName: configuration.ordersTable,
        Item: { ...claimKey(marketplace, key), ...claim, expires_at_s: now_s + KEEP_S },
        // DynamoDB deletes what has expired when it finds the time, so the clock decides.
        ConditionExpression: `attribute_not_exists(pk) OR expires_at_s <= :now${over ? " OR #order = :over" : ""}`,
        ...(over && { ExpressionAttributeNames: { "#order": "order" } }),
        ExpressionAttributeValues: { ":now": now_s, ...(over && { ":over": over }) },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    ),
  );
  return earlier && v.parse(Claim, unmarshall(earlier));
}

/**
 * Lets go of a key whose request came to nothing, so that it can come with the corrected one; as Stripe does.
 * Where that one has come already, the key is its own.
 */
export async function releaseOrderId(marketplace: string, key: string, order: string): Promise<void> {
  await ifCondition(
    dynamodb.send(
      new DeleteCommand({
        TableName: configuration.ordersTable,
        Key: claimKey(marketplace, key),
        ConditionExpression: "#order = :order",
        ExpressionAttributeNames: { "#order": "order" },
        ExpressionAttributeValues: { ":order": order },
      }),
    ),
  );
}

const claimKey = (marketplace: string, key: string) => idempotencyKey(marketplace, sha256(key));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
