import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { httpError } from "../errors.ts";
import { getEvent } from "./get_event.ts";
import { processEvent } from "./process_event.ts";
import { LEASE_MS, StoredEvent } from "./stored_event.ts";

/** Earlier runs that a replayed event keeps. */
const KEEP_RUNS = 20;

/**
 * Puts an event back to `received`, whatever became of it, and runs it now.
 * @throws {NotFound}; {HttpError} 409 `being_handled` where a run holds its lease.
 */
export async function replayEvent(space: string, id: string): Promise<StoredEvent> {
  const before = await getEvent(space, id);
  if (isRunning(before)) throw httpError("being_handled");
  const replayed = iso(now());
  const values: Record<string, unknown> = {
    ":received": "received",
    ":replayed": replayed,
    ":lease": iso(after(now(), LEASE_MS)),
    ":runs": [...before.runs.slice(-KEEP_RUNS), { at: replayed }],
    ":seen": before.runs,
  };
  const replay = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: eventKey(space, id),
        UpdateExpression:
          "SET #status = :received, replayed_at = :replayed, due_at = :lease, runs = :runs REMOVE expires_at_s",
        ConditionExpression: "runs = :seen",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: values,
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  if (!replay) throw httpError("being_handled");
  await processEvent(v.parse(StoredEvent, replay.Attributes));
  return await getEvent(space, id);
}

/** A run that has not ended yet holds the lease. */
const isRunning = ({ due_at, runs }: StoredEvent): boolean =>
  due_at !== undefined && due_at > iso(now()) && runs.length > 0 && runs.at(-1)?.outcome === undefined;
