/** What the product's tables have, read beside it. */
import { DeleteItemCommand, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";

export type EventRow = v.InferOutput<typeof EventRow>;
const EventRow = v.object({
  pk: v.string(),
  status: v.string(),
  received_at: v.string(),
  recovered: v.optional(v.boolean()),
  failing: v.optional(v.string()),
});

const named = (name: string): string => `convene-stripe-local-${name}`;

export type Tables = ReturnType<typeof tablesAt>;

export function tablesAt(endpoint: string) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "local", credentials });
  return {
    /** By their keys. */
    async events(): Promise<Map<string, EventRow>> {
      const rows: EventRow[] = [];
      const scan = {
        TableName: named("events"),
        ProjectionExpression: "pk, #status, received_at, recovered, failing",
      };
      const names = { ExpressionAttributeNames: { "#status": "status" } };
      for await (const { Items = [] } of paginateScan({ client }, { ...scan, ...names }))
        rows.push(...Items.map((item) => v.parse(EventRow, unmarshall(item))));
      return new Map(rows.map((row) => [row.pk, row]));
    },
    /** How many events and Orders wait for their clocks. */
    async due(): Promise<number> {
      let due = 0;
      for (const name of ["events", "orders"]) {
        const scan = { TableName: named(name), FilterExpression: "attribute_exists(due_at)" };
        for await (const { Count = 0 } of paginateScan({ client }, scan)) due += Count;
      }
      return due;
    },
    /** So that the next pass reads all that Stripe lists (RUNBOOK.md, "Restoring a table"). */
    async forgetRecovery(space: string): Promise<void> {
      const Key = { pk: { S: `SPACE#${space}` }, sk: { S: "RECOVERY" } };
      await client.send(new DeleteItemCommand({ TableName: named("settings"), Key }));
    },
  };
}
