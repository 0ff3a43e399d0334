import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import * as v from "valibot";
import { log } from "../log.ts";
import { OutboxRow, type OutboxRow as Row, type Sender, senderOf } from "./outbox_row.ts";

const Inserted = v.object({ ...OutboxRow.entries, outbox_at: v.string() });

/**
 * The rows of a sender that stream records say were written. One that cannot be read is logged and left: sent back to the
 * stream, it would hold up all behind it.
 */
export function insertedRows(
  { Records }: DynamoDBStreamEvent,
  sender: Sender,
): (Row & { outbox_at: string })[] {
  return Records.flatMap(({ eventName, dynamodb }) => {
    if (eventName !== "INSERT") return [];
    // Lambda's and the SDK's types of an attribute differ in bytes only, of which these rows have none.
    const parsed = v.safeParse(
      Inserted,
      unmarshall((dynamodb?.NewImage ?? {}) as Record<string, AttributeValue>),
    );
    if (parsed.success) return senderOf(parsed.output.channel) === sender ? [parsed.output] : [];
    log.error("a row of the outbox cannot be read", { sequence_number: dynamodb?.SequenceNumber });
    return [];
  });
}
