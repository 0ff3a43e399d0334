import { after } from "../clock.ts";
import type { Split } from "../orders/split.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Stripe knows its fee within the hour, mostly at once. Each in ms after the one before; then hourly, however late it is. */
const FOR_FEE_MS = [0.5, 1, 2, 5, 10, 20, 40].map((minutes) => minutes * MINUTE_MS);

/** What is on hold is never dropped: it is looked at after these, which is a day, then daily, and after a month weekly. */
const FOR_HOLD_MS = [1, 3, 6, 14].map((hours) => hours * HOUR_MS);
const MONTH_MS = 30 * DAY_MS;

/** When an Order is to be looked at again, if nothing happens before; undefined where nothing will come by itself. */
export function nextLook({ status, reason, since }: Split, at: Date): Date | undefined {
  const elapsed = at.getTime() - Date.parse(since);
  if (status === "waiting" && reason === "fee_unknown")
    return after(at, waitAfter(elapsed, FOR_FEE_MS, HOUR_MS));
  if (reason === "fee_late") return after(at, HOUR_MS);
  if (status === "on_hold")
    return after(at, waitAfter(elapsed, FOR_HOLD_MS, elapsed < MONTH_MS ? DAY_MS : 7 * DAY_MS));
  return undefined;
}

/** From how long it has been so, which step is next: so no count of tries has to be kept. */
function waitAfter(elapsed: number, steps: number[], then: number): number {
  let sum = 0;
  for (const step of steps) {
    sum += step;
    if (elapsed < sum) return step;
  }
  return then;
}
