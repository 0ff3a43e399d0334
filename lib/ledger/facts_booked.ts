import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { spaceLedgerKey } from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";
import { OrderFact, SpaceFact } from "./fact.ts";

/** From `from` on, and before `to`. */
export type Period = { from: Date; to: Date };

/** The facts of a Marketplace's Orders that Stripe made in the period, the oldest first, as many at a time as there are at once. */
export async function* factsBooked(marketplace: string, period: Period): AsyncGenerator<OrderFact[]> {
  for await (const rows of booked(marketplace, period)) yield v.parse(v.array(OrderFact), rows);
}

/** The same of what belongs to no Order of the Space. */
export async function* spaceFactsBooked(space: string, period: Period): AsyncGenerator<SpaceFact[]> {
  for await (const rows of booked(spaceLedgerKey(space), period)) yield v.parse(v.array(SpaceFact), rows);
}

const booked = (pk: string, { from, to }: Period) =>
  pages({
    TableName: configuration.ordersTable,
    IndexName: "ledger",
    KeyConditionExpression: "pk = :pk AND booked_at BETWEEN :from AND :last",
    ExpressionAttributeValues: { ":pk": pk, ":from": iso(from), ":last": iso(after(to, -1)) },
  });

/** Where in a Marketplace's ledger a reader stands. */
export type FactsPlace = v.InferOutput<typeof FactsPlace>;
const FactsPlace = v.object({ pk: v.string(), sk: v.string(), booked_at: v.string() });

/** The newest facts of a Marketplace's Orders since `from`, some of them, and where to go on to older ones, if there may be any. */
export async function newestFacts(
  marketplace: string,
  { from, limit, last }: { from: Date; limit: number; last?: FactsPlace | undefined },
): Promise<{ facts: OrderFact[]; last: FactsPlace | undefined }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      IndexName: "ledger",
      KeyConditionExpression: "pk = :pk AND booked_at >= :from",
      ExpressionAttributeValues: { ":pk": marketplace, ":from": iso(from) },
      ScanIndexForward: false,
      Limit: limit,
      ExclusiveStartKey: last,
    }),
  );
  return {
    facts: v.parse(v.array(OrderFact), Items),
    last: LastEvaluatedKey && v.parse(FactsPlace, LastEvaluatedKey),
  };
}
