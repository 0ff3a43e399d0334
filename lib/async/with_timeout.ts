import { setTimeout } from "node:timers/promises";

/** What `work` comes to within `ms` milliseconds; undefined where it takes longer, and goes on by itself. */
export async function withTimeout<Result>(work: Promise<Result>, ms: number): Promise<Result | undefined> {
  const giveUp = new AbortController();
  try {
    return await Promise.race([work, setTimeout(ms, undefined, { signal: giveUp.signal })]);
  } finally {
    giveUp.abort();
  }
}
