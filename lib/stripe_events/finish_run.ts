import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { log } from "../log.ts";
import { noteFailingEvent } from "../orders/note_failing_event.ts";
import { afterRateLimit, nextTry, retryUntil } from "./backoff.ts";
import { failingBy } from "./failing.ts";
import type { Outcome, Why } from "./outcome.ts";
import type { EventStatus, Run, StoredEvent } from "./stored_event.ts";

const DAY_MS = 24 * 60 * 60_000;

/**
 * Writes how a run ended, if its lease is still its own: where another has claimed the event meanwhile,
 * that other will write how it ended.
 * @param isOfErased the payload goes in the same write, since it names a buyer whom the Space has erased
 */
export async function finishRun(
  event: StoredEvent,
  outcome: Outcome,
  started: Date,
  isOfErased = false,
): Promise<void> {
  const { set, remove } = changesOf(event, outcome, started, isOfErased);
  // Before, so that nobody finds the event failing and the Order knowing nothing of it.
  if (set["#status"] === "dead" || outcome.outcome === "retrying") await noteFailingEvent(event);
  const changes = Object.entries(set);
  const { space, id, type, account } = event;
  const ids = { space, event: id, type, account, marketplace: (outcome.proved ?? event).marketplace };
  const finished = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: eventKey(event.space, event.id),
        UpdateExpression: [
          `SET ${changes.map(([path], n) => `${path} = :set${n}`).join(", ")}`,
          ...(remove.length > 0 ? [`REMOVE ${remove.join(", ")}`] : []),
        ].join(" "),
        ConditionExpression: "due_at = :lease",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ...Object.fromEntries(changes.map(([, value], n) => [`:set${n}`, value])),
          ":lease": event.due_at,
        },
      }),
    ),
  );
  if (!finished) {
    log.warn("a run outlived its lease", ids);
    return;
  }
  const status = set["#status"];
  const ms = now().getTime() - started.getTime();
  log.info(
    "a run ended",
    { ...ids, status, run: event.runs.length, detail: outcome.detail, ...whyFailed(outcome) },
    { [METRIC_OF[status]]: 1, RunMs: ms },
  );
}

/** What the alarms and the dashboard count (aws/alarms.yml). */
const METRIC_OF: Record<EventStatus, string> = {
  received: "EventsReceived",
  succeeded: "EventsSucceeded",
  ignored: "EventsIgnored",
  retrying: "EventsRetrying",
  dead: "EventsDead",
};

const whyFailed = (outcome: Outcome): Partial<Why> =>
  "cause" in outcome ? { cause: outcome.cause, request_id: outcome.request_id } : {};

type Changes = { set: { "#status": EventStatus } & Record<string, unknown>; remove: string[] };

/** What ends, beside the status: the lease always, and with a 429 the run itself, which is no attempt. */
function changesOf(event: StoredEvent, outcome: Outcome, started: Date, isOfErased: boolean): Changes {
  const run = `runs[${event.runs.length - 1}]`;
  if (outcome.outcome === "rate_limited")
    return { set: { "#status": "retrying", due_at: iso(afterRateLimit()) }, remove: [run] };
  const erased = isOfErased ? ["payload"] : [];
  const again_at = "again_at" in outcome ? outcome.again_at : undefined;
  const due = again_at ?? nextTry(event);
  const isGivenUp = outcome.outcome === "retrying" && !again_at && due > retryUntil(event);
  const status = isGivenUp ? "dead" : outcome.outcome;
  const ended: Run = {
    at: iso(started),
    ms: now().getTime() - started.getTime(),
    outcome: status,
    detail: isGivenUp ? `${outcome.detail}; given up after three days` : outcome.detail,
    ...whyFailed(outcome),
  };
  const set = {
    "#status": status,
    [run]: ended,
    ...(outcome.proved && { proved: outcome.proved }),
    ...(isOfErased && { erased_at: iso(now()) }),
    ...("cause" in outcome && { failing: failingBy(event, outcome.cause, started) }),
  };
  switch (status) {
    case "retrying":
      return { set: { ...set, due_at: iso(due) }, remove: erased };
    case "dead":
      return { set, remove: ["due_at", ...erased] };
    default:
      return {
        set: { ...set, expires_at_s: toSeconds(after(now(), configuration.eventRetentionDays * DAY_MS)) },
        remove: ["due_at", "failing", ...erased],
      };
  }
}
