/** How long what fails is tried: as long as Stripe itself would (Stripe docs, "Webhooks: Retry behavior"). */
export const RETRY_FOR_MS = 3 * 24 * 60 * 60_000;
const MIN_WAIT_MS = 30_000;
const MAX_WAIT_MS = 6 * 60 * 60_000;

/**
 * How long to wait after a failure, in ms: as long again as it has been failing, so that waits double, from 30 s up to 6 h,
 * give or take half, so that what failed together does not come back together.
 */
export const waitAfter = (failingMs: number): number =>
  jitter(Math.min(Math.max(failingMs, MIN_WAIT_MS), MAX_WAIT_MS));

export const jitter = (ms: number): number => Math.round(ms * (0.5 + Math.random()));
