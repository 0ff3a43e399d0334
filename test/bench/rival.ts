import type { SizeKb } from "./bodies.ts";
import { end, forkQuietly, messageOf } from "./lambda.ts";

/** What a rival is to do: so many events, at so many at once, each to any of so many Marketplaces. */
export type Order = {
  events: number;
  atOnce: number;
  kb: SizeKb;
  marketplaces: number;
  /** Each Marketplace's own URL and secret; else its Space's, as the endpoints that the product registers have it. */
  ownUrl: boolean;
};

/** `latencies` in ms, one an event; `cpuMs` is of the whole process, `ms` of the wall. */
export type Measured = { latencies: number[]; ms: number; cpuMs: number; rssMb: number };

export type Rival = { name: string; run(order: Order): Promise<Measured>; stop(): Promise<void> };

/** Starts a process that answers events with the function in `module`. */
export async function startRival(
  name: string,
  module: string,
  environment: NodeJS.ProcessEnv,
): Promise<Rival> {
  const child = forkQuietly("rival_process.ts", module, environment);
  await messageOf(child);
  return {
    name,
    run: async (order) => {
      child.send(order);
      const answer = await messageOf<{ measured: Measured } | { error: string }>(child);
      if ("error" in answer) throw new Error(`${name}: ${answer.error}`);
      return answer.measured;
    },
    stop: () => end(child),
  };
}
