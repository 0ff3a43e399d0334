import { jitter, RETRY_FOR_MS, waitAfter } from "../async/backoff.ts";
import { after, now } from "../clock.ts";
import type { StoredEvent } from "./stored_event.ts";

/** What a 429 costs: rate limits are per second, but whoever slows down should mean it. */
const SLOW_DOWN_MS = 15_000;

type Handled = Pick<StoredEvent, "received_at" | "replayed_at">;

/** When an event's three days ended; a replay gives it three new ones. */
export const retryUntil = ({ received_at, replayed_at }: Handled): Date =>
  after(new Date(replayed_at ?? received_at), RETRY_FOR_MS);

/** When to try again after a failure. */
export function nextTry({ received_at, replayed_at }: Handled): Date {
  const at = now();
  return after(at, waitAfter(at.getTime() - new Date(replayed_at ?? received_at).getTime()));
}

export const afterRateLimit = (): Date => after(now(), jitter(SLOW_DOWN_MS));
