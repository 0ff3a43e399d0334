import { iso, now } from "../clock.ts";
import { log } from "../log.ts";
import { processEvent } from "./process_event.ts";
import type { StoredEvent } from "./stored_event.ts";

/**
 * The first run of an event that was just stored, under the lease that storing it gave.
 * A record that comes after its lease is left to retry, which may have it already.
 */
export async function dispatch(event: StoredEvent): Promise<void> {
  if (event.due_at === undefined || event.due_at <= iso(now())) {
    log.warn("a record came after its lease", { space: event.space, event: event.id });
    return;
  }
  await processEvent(event);
}
