import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { OutboxRow } from "./outbox_row.ts";

/** How long a sender has a row to itself, in ms: longer than Lambda lets any of them go on. */
const LEASE_MS = 90_000;

/** A row that its sender has to itself, until its `outbox_at`. */
export type ClaimedRow = OutboxRow & { outbox_at: string };
const ClaimedRow = v.object({ ...OutboxRow.entries, outbox_at: v.string() });

/**
 * Takes a row before it is sent, by one conditional write: of any number of senders, of a record that the stream brings
 * twice, and of the clock, one has it. Where that one is killed, it is due again when its lease is over.
 * @param seen the `outbox_at` that the row was found with
 * @returns undefined where another has it, or it was sent
 */
export async function claimRow(pk: string, sk: string, seen: string): Promise<ClaimedRow | undefined> {
  const claimed = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.ordersTable,
        Key: { pk, sk },
        UpdateExpression: "SET outbox_at = :lease, tries = tries + :one",
        ConditionExpression: "outbox_at = :seen",
        ExpressionAttributeValues: { ":lease": iso(after(now(), LEASE_MS)), ":seen": seen, ":one": 1 },
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return claimed && v.parse(ClaimedRow, claimed.Attributes);
}
