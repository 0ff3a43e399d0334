import { setBounded } from "../async/bounded_map.ts";
import { iso, now } from "../clock.ts";
import { log } from "../log.ts";
import { finishRun } from "./finish_run.ts";
import { processEvent } from "./process_event.ts";
import type { StoredEvent } from "./stored_event.ts";

/** A run of this many ms waited for a slow Stripe. */
const SLOW_MS = 5_000;
/**
 * A batch of the stream is over with its slowest run, and the next of its lane waits for it. So for so many ms, a warm
 * Lambda leaves the events of a Space whose run was slow to retry, where Spaces do not wait for each other.
 */
const LEAVE_FOR_MS = 60_000;
const MAX_SLOW_SPACES = 1_000;
const leaveUntil = new Map<string, number>();

/**
 * The first run of an event that was just stored, under the lease that storing it gave. A record that comes so late that its run
 * could outlive the lease is left to retry, which would begin another beside it.
 * @param end when Lambda ends the run at the latest
 */
export async function dispatch(event: StoredEvent, end: Date): Promise<void> {
  const { space, id } = event;
  const began = now();
  if (event.due_at === undefined || event.due_at <= iso(end)) {
    log.warn("a record came too late for its lease", { space, event: id });
    return;
  }
  if ((leaveUntil.get(space) ?? 0) > began.getTime()) {
    // No attempt, and due soon: as with a Stripe that asks us to slow down.
    await finishRun(event, { outcome: "rate_limited", detail: "this Space's runs are slow" }, began);
    return;
  }
  await processEvent(event);
  const over = now().getTime();
  if (over - began.getTime() >= SLOW_MS) setBounded(leaveUntil, space, over + LEAVE_FOR_MS, MAX_SLOW_SPACES);
}
