import * as v from "valibot";
import { after, iso } from "../clock.ts";
import { configuration } from "../configuration.ts";
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
