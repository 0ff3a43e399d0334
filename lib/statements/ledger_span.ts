import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { spaceLedgerKey } from "../dynamodb/keys.ts";

const Booked = v.object({ booked_at: v.string(), currency: v.string() });
type Booked = v.InferOutput<typeof Booked>;

/** The first and the last that Stripe booked for a Marketplace's Orders; undefined where there is nothing. */
export async function ledgerSpan(marketplace: string): Promise<{ first: Booked; last: Booked } | undefined> {
  const [first, last] = await Promise.all([edge(marketplace, true), edge(marketplace, false)]);
  return first && last && { first, last };
}

/** The same of a Space: of its Marketplaces, and of what is nobody's Order. */
export async function spaceLedgerSpan(space: string, marketplaces: readonly { marketplace: string }[]) {
  const spans = await Promise.all([
    ledgerSpan(spaceLedgerKey(space)),
    ...marketplaces.map(({ marketplace }) => ledgerSpan(marketplace)),
  ]);
  const all = spans.filter((span) => span !== undefined);
  const byTime = (one: Booked, other: Booked) => one.booked_at.localeCompare(other.booked_at);
  const [first, last] = [
    all.map((span) => span.first).sort(byTime)[0],
    all
      .map((span) => span.last)
      .sort(byTime)
      .at(-1),
  ];
  return first && last && { first, last };
}

async function edge(pk: string, isFirst: boolean): Promise<Booked | undefined> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      IndexName: "ledger",
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": pk },
      ScanIndexForward: isFirst,
      Limit: 1,
    }),
  );
  const [item] = Items;
  return item && v.parse(Booked, item);
}
