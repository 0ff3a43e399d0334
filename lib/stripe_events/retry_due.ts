import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { workByGroup } from "../async/work_by_group.ts";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { dueRows, overdueSeconds } from "../dynamodb/due_index.ts";
import { describeError, log } from "../log.ts";
import { finishRun } from "./finish_run.ts";
import type { Outcome } from "./outcome.ts";
import { processEvent } from "./process_event.ts";
import { LEASE_MS, StoredEvent } from "./stored_event.ts";

/** A row of the `due` index: which event, and since when it is due (ISO 8601). */
type Due = v.InferOutput<typeof Due>;
const Due = v.object({ pk: v.string(), due_at: v.string() });

/**
 * Runs in a row that were lost with their process. What lost so many runs alone from then on, since it may be what takes
 * the process down, and may as well have only run beside that.
 */
const SUSPECT_AFTER = 2;
/** So many it lost alone: it is dead. Failing runs end, and do not count; three days are their limit. */
const MAX_LOST = 100;

/** Runs whatever is due, each Space's oldest first, until all is done or `until` has come; returns how many it ran. */
export async function retryDue(until: Date): Promise<number> {
  const due = await dueRows(configuration.eventsTable, Due, until);
  const suspects: StoredEvent[] = [];
  let runs = 0;
  let firstRuns = 0;
  await workByGroup(due, spaceOf, until, async (each) => {
    const outcome = await orLog(each.pk, async () => {
      const event = await claim(each);
      if (event && isFirstRun(event)) firstRuns += 1;
      return event && (await retryOne(event, suspects));
    });
    if (outcome) runs += 1;
    // Where Stripe asks a Space to slow down, the rest of it is left for later.
    return outcome === "rate_limited" ? "stop" : "go on";
  });
  runs += await retryAlone(suspects, until);
  log.info(
    "looked for what is due",
    { runs },
    { OldestDueSeconds: overdueSeconds(due), FirstRunsByRetry: firstRuns },
  );
  return runs;
}

/** Whether no run of the event has ever ended: dispatch never had it, or lost it. */
const isFirstRun = ({ runs: [first, ...again] }: StoredEvent): boolean =>
  first?.first === true && first.outcome === undefined && again.length === 1;

/** How the run of a claimed event ended; undefined where it waits among the suspects. */
async function retryOne(
  event: StoredEvent,
  suspects: StoredEvent[],
): Promise<Outcome["outcome"] | undefined> {
  const lost = lostRuns(event);
  if (lost >= MAX_LOST) {
    const detail = "given up: its runs do not come to an end";
    await finishRun(event, { outcome: "dead", cause: "run:lost", detail }, now());
    return "dead";
  }
  if (lost >= SUSPECT_AFTER) {
    suspects.push(event);
    return undefined;
  }
  return (await processEvent(event)).outcome;
}

/** How many of its last runs before the present one were lost with their process. */
const lostRuns = ({ runs }: StoredEvent): number => {
  const before = runs.slice(0, -1);
  return before.length - 1 - before.findLastIndex(({ outcome }) => outcome !== undefined);
};

/**
 * What may take the process down runs when all else is done, and one by one. Its claim outlives this invocation
 * ({@link LEASE_MS}); what there is no time for is put back, since a run that never began says nothing of an event.
 */
async function retryAlone(suspects: readonly StoredEvent[], until: Date): Promise<number> {
  let runs = 0;
  for (const event of suspects)
    await orLog(event.id, async () => {
      if (now() >= until)
        await finishRun(event, { outcome: "rate_limited", detail: "it runs alone, later" }, now());
      else if (await processEvent(event)) runs += 1;
    });
  return runs;
}

/** One event whose rows the tables do not give, or take, leaves the others to their runs. */
async function orLog<Result>(event: string, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    log.error("an event could not be retried", { event, ...describeError(error) });
    return undefined;
  }
}

/** Takes the event before running it: one conditional write, which notes the run, so that a crash counts as one. */
async function claim({ pk, due_at }: Due): Promise<StoredEvent | undefined> {
  const lease = iso(after(now(), LEASE_MS));
  const claimed = await updateIfDue(pk, due_at, {
    UpdateExpression: "SET due_at = :lease, runs = list_append(runs, :run)",
    ExpressionAttributeValues: { ":lease": lease, ":run": [{ at: iso(now()) }] },
  });
  if (!claimed) return undefined;
  const event = v.safeParse(StoredEvent, claimed);
  if (event.success) return event.output;
  // It would be claimed for ever. Out of the index, it waits for whoever reads the log.
  log.error("an item of the events table cannot be read", { pk });
  await updateIfDue(pk, lease, { UpdateExpression: "REMOVE due_at" });
  return undefined;
}

async function updateIfDue(
  pk: string,
  seen: string,
  update: Pick<UpdateCommandInput, "UpdateExpression" | "ExpressionAttributeValues">,
): Promise<Record<string, unknown> | undefined> {
  const updated = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: { pk },
        ...update,
        ConditionExpression: "due_at = :seen",
        ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ":seen": seen },
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return updated?.Attributes;
}

const spaceOf = ({ pk }: Due): string => pk.slice(0, pk.indexOf("#"));
