import { setTimeout } from "node:timers/promises";
import { now } from "../clock.ts";

/** Lets callers go on one after the other, at most so many a second. */
export function pace(perSecond: number): () => Promise<void> {
  let next = 0;
  return async () => {
    const at = now().getTime();
    const turn = Math.max(next, at);
    next = turn + 1_000 / perSecond;
    if (turn > at) await setTimeout(turn - at);
  };
}
