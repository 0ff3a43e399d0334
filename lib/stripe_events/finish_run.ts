import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { documents } from "../dynamodb.ts";
import { log } from "../log.ts";
import { afterRateLimit, nextTry, retryUntil } from "./backoff.ts";
import type { Outcome } from "./outcome.ts";
import { eventKey, type Run, type StoredEvent } from "./stored_event.ts";

/** Longer than the 30 days that Stripe lists events: one deleted earlier would be put in again by recovery. */
const KEEP_MS = 45 * 24 * 60 * 60_000;

/**
 * Writes how a run ended, if its lease is still its own: where another has claimed the event meanwhile,
 * that other will write how it ended.
 */
export async function finishRun(event: StoredEvent, outcome: Outcome, started: Date): Promise<void> {
  const { UpdateExpression, values } = expressionOf(event, outcome, started);
  try {
    await documents.send(
      new UpdateCommand({
        TableName: configuration.eventsTable,
        Key: eventKey(event.space, event.id),
        UpdateExpression,
        ConditionExpression: "due_at = :lease",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ...values, ":lease": event.due_at },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    log.warn("a run outlived its lease", { space: event.space, event: event.id });
  }
}

function expressionOf(event: StoredEvent, outcome: Outcome, started: Date) {
  const run = `runs[${event.runs.length - 1}]`;
  if (outcome.outcome === "rate_limited")
    return {
      UpdateExpression: `SET #status = :status, due_at = :due REMOVE ${run}`,
      values: { ":status": "retrying", ":due": iso(afterRateLimit()) },
    };
  const due = nextTry(event);
  const status = outcome.outcome === "retrying" && due > retryUntil(event) ? "dead" : outcome.outcome;
  const ended: Run = {
    at: iso(started),
    ms: now().getTime() - started.getTime(),
    outcome: status,
    detail: status === outcome.outcome ? outcome.detail : `${outcome.detail}; given up after three days`,
  };
  const set = [`#status = :status`, `${run} = :run`];
  const values: Record<string, unknown> = { ":status": status, ":run": ended };
  if (outcome.marketplace !== undefined) {
    set.push("marketplace = :marketplace");
    values[":marketplace"] = outcome.marketplace;
  }
  if (status === "retrying") {
    set.push("due_at = :due");
    values[":due"] = iso(due);
    return { UpdateExpression: `SET ${set.join(", ")}`, values };
  }
  if (status !== "dead") {
    set.push("expires_at_s = :expires");
    values[":expires"] = toSeconds(after(now(), KEEP_MS));
  }
  return { UpdateExpression: `SET ${set.join(", ")} REMOVE due_at`, values };
}
