import { after, iso, now } from "../clock.ts";
import { ignored, type Outcome, type Why } from "./outcome.ts";
import type { StoredEvent } from "./stored_event.ts";

const LOOK_AGAIN_MS = 60 * 60_000;

/**
 * What an event comes to whose object Stripe does not have for the Space's key. Mostly it is another platform's, which is
 * none of our business; but a key may just have been saved that is of another account, and be put right. So the object is
 * looked for again an hour later, and nobody is called for it.
 */
export function missingObject({ object, runs }: StoredEvent, why: Why): Outcome {
  const missing = `Stripe has no ${object} for this Space's key`;
  const detail = `${missing}; it is looked for again in an hour`;
  const anHourAgo = iso(after(now(), -LOOK_AGAIN_MS));
  if (runs.some((run) => run.detail === detail && (run.at ?? "") <= anHourAgo))
    return ignored(`${missing}, and had none an hour before`);
  return { outcome: "retrying", ...why, detail, again_at: after(now(), LOOK_AGAIN_MS) };
}
