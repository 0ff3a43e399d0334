import { after, now } from "../clock.ts";
import type { StoredEvent } from "./stored_event.ts";

/** How long a failing event is tried: as long as Stripe itself would (Stripe docs, "Webhooks: Retry behavior"). */
export const RETRY_FOR_MS = 3 * 24 * 60 * 60_000;
const MIN_WAIT_MS = 30_000;
const MAX_WAIT_MS = 6 * 60 * 60_000;
/** What a 429 costs: rate limits are per second, but whoever slows down should mean it. */
const SLOW_DOWN_MS = 15_000;

type Handled = Pick<StoredEvent, "received_at" | "replayed_at">;

/** When an event's three days ended; a replay gives it three new ones. */
export const retryUntil = ({ received_at, replayed_at }: Handled): Date =>
  after(new Date(replayed_at ?? received_at), RETRY_FOR_MS);

/**
 * When to try again after a failure: after as long again as the event has been failing, so that waits double,
 * from 30 s up to 6 h, give or take half, so that what failed together does not come back together.
 */
export function nextTry({ received_at, replayed_at }: Handled): Date {
  const failing = now().getTime() - new Date(replayed_at ?? received_at).getTime();
  const wait = Math.min(Math.max(failing, MIN_WAIT_MS), MAX_WAIT_MS);
  return after(now(), jitter(wait));
}

export const afterRateLimit = (): Date => after(now(), jitter(SLOW_DOWN_MS));

const jitter = (ms: number): number => Math.round(ms * (0.5 + Math.random()));
