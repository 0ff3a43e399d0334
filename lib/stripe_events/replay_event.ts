import { auditPut } from "../audit/audit.ts";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { type Item, transact } from "../dynamodb/transact.ts";
import { httpError } from "../errors.ts";
import { getEvent } from "./get_event.ts";
import type { Outcome } from "./outcome.ts";
import { processEvent } from "./process_event.ts";
import { LEASE_MS, type StoredEvent } from "./stored_event.ts";

/** Earlier runs that a replayed event keeps. */
const KEEP_RUNS = 20;

/**
 * Puts an event back to `received`, whatever became of it, and runs it now. That somebody did is in the audit before the
 * handler does anything.
 * @throws {NotFound}; {HttpError} 409 `being_handled` where a run holds its lease.
 */
export async function replayEvent(space: string, id: string, actor: string): Promise<StoredEvent> {
  await runAgain(await getEvent(space, id), auditPut(space, actor, `replayed ${id}`));
  return await getEvent(space, id);
}

/**
 * The same of an event as it was read, with what is to be written along with it.
 * @throws {HttpError} 409 `being_handled` where a run holds its lease, or somebody else was faster.
 */
export async function runAgain(before: StoredEvent, ...along: Item[]): Promise<Outcome> {
  const { space, id } = before;
  if (isRunning(before)) throw httpError("being_handled");
  const replayed_at = iso(now());
  const due_at = iso(after(now(), LEASE_MS));
  const runs = [...before.runs.slice(-KEEP_RUNS), { at: replayed_at }];
  const replayed = await transact([
    {
      Update: {
        TableName: configuration.eventsTable,
        Key: eventKey(space, id),
        UpdateExpression:
          "SET #status = :received, replayed_at = :replayed, due_at = :lease, runs = :runs REMOVE expires_at_s, failing",
        ConditionExpression: "runs = :seen",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ":received": "received",
          ":replayed": replayed_at,
          ":lease": due_at,
          ":runs": runs,
          ":seen": before.runs,
        },
      },
    },
    ...along,
  ]);
  if (!replayed) throw httpError("being_handled");
  return await processEvent({
    ...before,
    status: "received",
    failing: undefined,
    replayed_at,
    due_at,
    runs,
  });
}

/** A run that has not ended yet holds the lease. */
const isRunning = ({ due_at, runs }: StoredEvent): boolean =>
  due_at !== undefined && due_at > iso(now()) && runs.length > 0 && runs.at(-1)?.outcome === undefined;
