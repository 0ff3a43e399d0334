import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { fromCursor, toCursor } from "../dynamodb/cursor.ts";
import { ORDER_PREFIX } from "../dynamodb/keys.ts";
import { EpochSeconds, IsoTime, WholeAmount } from "../http/answer_fields.ts";
import type { Paginated } from "../http/pagination.ts";
import { isUlid, isUuid } from "../ids.ts";
import { log } from "../log.ts";
import { PROOF_STATES, Proof } from "../orders/proof.ts";
import { Money, OpenDispute, SPLIT_STATUSES, Split } from "../orders/split.ts";

/**
 * An Order that somebody should see to: what is held back and why, what a Vendor owes, a dispute that waits for evidence, or
 * what does not come out to the cent. As the index `attention` has it (aws/data.yml).
 */
export type OrderForSomebody = v.InferOutput<typeof OrderForSomebody>;
export const OrderForSomebody = v.pipe(
  v.object({
    pk: v.string(),
    sk: v.string(),
    room: v.optional(v.string()),
    currency: v.string(),
    attention_since: v.string(),
    vendor_account: v.optional(v.string()),
    split: v.optional(Split),
    money: v.optional(Money),
    open_dispute: v.optional(OpenDispute),
    proof: v.optional(Proof),
  }),
  v.transform(({ pk, sk, ...row }) => ({ ...row, marketplace: pk, id: sk.slice(ORDER_PREFIX.length) })),
);

/** A query for the Orders of a Space that need somebody, the longest waiting first. */
export const ordersForSomebody = (space: string) => ({
  TableName: configuration.ordersTable,
  IndexName: "attention",
  KeyConditionExpression: "#space = :space",
  ExpressionAttributeNames: { "#space": "space" },
  ExpressionAttributeValues: { ":space": space },
});

/** A place in the list; the Space comes from the path, never from the cursor. */
const Place = v.object({
  marketplace: v.pipe(v.string(), v.check(isUuid)),
  id: v.pipe(v.string(), v.check(isUlid)),
  since: v.pipe(v.string(), v.isoTimestamp()),
});

/** What needs somebody in a Space, the longest waiting first. */
export async function listAttention(
  space: string,
  { limit, next }: { limit: number; next: string | undefined },
): Promise<Paginated<OrderForSomebody>> {
  const after = next === undefined ? undefined : fromCursor(next, Place);
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      ...ordersForSomebody(space),
      Limit: limit,
      ...(after && {
        ExclusiveStartKey: {
          pk: after.marketplace,
          sk: `${ORDER_PREFIX}${after.id}`,
          space,
          attention_since: after.since,
        },
      }),
    }),
  );
  return { data: readable(Items), next: LastEvaluatedKey ? toCursor(placeOf(LastEvaluatedKey)) : null };
}

const placeOf = (key: Record<string, unknown>) => {
  const { pk, sk, attention_since } = v.parse(Key, key);
  return { marketplace: pk, id: sk.slice(ORDER_PREFIX.length), since: attention_since };
};
const Key = v.object({ pk: v.string(), sk: v.string(), attention_since: v.string() });

/** One row that cannot be read is its own trouble: it is named in the log, and the others are what they are. */
export const readable = (rows: Record<string, unknown>[]): OrderForSomebody[] =>
  rows.flatMap((row) => {
    const parsed = v.safeParse(OrderForSomebody, row);
    if (!parsed.success)
      log.error("a row of what needs somebody cannot be read", {
        marketplace: String(row.pk),
        row: String(row.sk),
        fields: parsed.issues.map((issue) => v.getDotPath(issue)).join(" "),
      });
    return parsed.success ? parsed.output : [];
  });

/** The same as programs see it. Amounts in `currency`, times ISO 8601, `evidence_due_by` s since the epoch. */
export type AttentionJson = v.InferOutput<typeof AttentionJson>;
export const AttentionJson = v.object({
  order: v.string(),
  marketplace: v.string(),
  since: IsoTime,
  status: v.pipe(v.picklist(SPLIT_STATUSES), v.description("Where the Vendor's share stands.")),
  reason: v.nullable(v.string()),
  detail: v.pipe(v.string(), v.description("A sentence for people.")),
  currency: v.string(),
  owed: v.pipe(WholeAmount, v.description("What the Vendor holds too much, and nobody has written off.")),
  proof: v.pipe(
    v.nullable(v.object({ state: v.picklist(PROOF_STATES), difference: v.pipe(v.number(), v.integer()) })),
    v.description("Whether it comes out to the cent by Stripe's own records, and by how much it does not."),
  ),
  dispute: v.nullable(
    v.object({
      id: v.pipe(v.string(), v.description("Stripe's, `du_…` or `dp_…`.")),
      status: v.string(),
      amount: WholeAmount,
      evidence_due_by: v.nullable(EpochSeconds),
    }),
  ),
});

export const presentAttention = (order: OrderForSomebody): AttentionJson => ({
  order: order.id,
  marketplace: order.marketplace,
  since: order.attention_since,
  status: order.split?.status ?? "none",
  reason: order.split?.reason ?? null,
  detail: order.split?.detail ?? "",
  currency: order.money?.currency ?? order.currency,
  owed: order.money?.owed ?? 0,
  proof: order.proof ? { state: order.proof.state, difference: order.proof.difference } : null,
  dispute: order.open_dispute
    ? {
        id: order.open_dispute.id,
        status: order.open_dispute.status,
        amount: order.open_dispute.amount,
        evidence_due_by: order.open_dispute.evidence_due_by ?? null,
      }
    : null,
});
