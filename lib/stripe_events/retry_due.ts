import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { describeError, log } from "../log.ts";
import { type Due, dueEvents } from "./due_events.ts";
import { finishRun } from "./finish_run.ts";
import type { Outcome } from "./outcome.ts";
import { processEvent } from "./process_event.ts";
import { LEASE_MS, StoredEvent } from "./stored_event.ts";

/** Runs at once, in all and of one Space: a Space whose Stripe is slow, or that has much due, leaves room for the others. */
const AT_ONCE = 24;
const AT_ONCE_OF_SPACE = 8;

/**
 * Runs in a row that were lost with their process. What lost so many runs alone from then on, since it may be what takes
 * the process down, and may as well have only run beside that.
 */
const SUSPECT_AFTER = 2;
/** So many it lost alone: it is dead. Failing runs end, and do not count; three days are their limit. */
const MAX_LOST = 100;

/** Runs whatever is due, each Space's oldest first, until all is done or `until` has come; returns how many it ran. */
export async function retryDue(until: Date): Promise<number> {
  const due = await dueEvents(until);
  const inTurn = limitConcurrency(AT_ONCE);
  const spaces = Map.groupBy(due, ({ pk }) => spaceOf(pk)).values();
  const suspects: StoredEvent[] = [];
  const runs = await Promise.all([...spaces].map((ofSpace) => retrySpace(ofSpace, until, inTurn, suspects)));
  const sum = runs.reduce((all, each) => all + each, 0) + (await retryAlone(suspects, until));
  const [oldest] = due;
  const overdueMs = oldest ? now().getTime() - Date.parse(oldest.due_at) : 0;
  log.info("looked for what is due", { runs: sum }, { OldestDueSeconds: Math.round(overdueMs / 1000) });
  return sum;
}

/** Where Stripe asks a Space to slow down, the rest of it is left for later. */
async function retrySpace(
  dueOfSpace: readonly Due[],
  until: Date,
  inTurn: ReturnType<typeof limitConcurrency>,
  suspects: StoredEvent[],
): Promise<number> {
  const left = dueOfSpace.values();
  let runs = 0;
  let isOver = false;
  const work = async (): Promise<void> => {
    for (const due of left) {
      await inTurn(async () => {
        isOver ||= now() >= until;
        if (isOver) return;
        const outcome = await orLog(due.pk, () => retryOne(due, suspects));
        if (outcome) runs += 1;
        isOver ||= outcome === "rate_limited";
      });
      if (isOver) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE_OF_SPACE }, work));
  return runs;
}

/** How the run ended; undefined where another has claimed the event, or where it waits among the suspects. */
async function retryOne(due: Due, suspects: StoredEvent[]): Promise<Outcome["outcome"] | undefined> {
  const event = await claim(due);
  if (!event) return undefined;
  const lost = lostRuns(event);
  if (lost >= MAX_LOST) {
    await finishRun(event, { outcome: "dead", detail: "given up: its runs do not come to an end" }, now());
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

const spaceOf = (pk: string): string => pk.slice(0, pk.indexOf("#"));
