import { type Measured, type Order, type Rival, startRival } from "./rival.ts";
import type { Stage } from "./stage.ts";
import { median, percentile } from "./statistics.ts";

/** Rounds beyond the first, which warms up and is thrown away. */
const ROUNDS = 7;

/** One rival's median over the rounds; times in ms. */
export type Pace = { p50: number; p99: number; eventsPerS: number; cpuMs: number; rssMb: number };

/** What the rivals do with the same order, in turns, so that whatever disturbs the machine disturbs all of them. */
export async function paces(
  rivals: readonly Rival[],
  order: Order,
  rounds = ROUNDS,
): Promise<Map<string, Pace>> {
  const measured = new Map<string, Measured[]>(rivals.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const rival of round % 2 ? rivals : rivals.toReversed()) {
      const result = await rival.run(order);
      if (round > 0) measured.get(rival.name)?.push(result);
    }
  return new Map([...measured].map(([name, results]) => [name, paceOf(results)]));
}

function paceOf(results: readonly Measured[]): Pace {
  const of = (figure: (result: Measured) => number): number => median(results.map(figure));
  return {
    p50: of(({ latencies }) => median(latencies)),
    p99: of(({ latencies }) => percentile(latencies, 99)),
    eventsPerS: of(({ latencies, ms }) => (latencies.length / ms) * 1_000),
    cpuMs: of(({ latencies, cpuMs }) => cpuMs / latencies.length),
    rssMb: of(({ rssMb }) => rssMb),
  };
}

/** Starts the floor, us and the textbook. */
export async function startRivals({ modules, environment }: Stage): Promise<Rival[]> {
  const { floor, us, textbook } = modules;
  return await Promise.all(
    Object.entries({ floor, us, textbook }).map(([name, module]) => startRival(name, module, environment)),
  );
}

/** What is measured warm: each size one at a time, and 5 KB at sixteen at once, too. */
const ORDERS = [
  { kb: 5, atOnce: 1, events: 300 },
  { kb: 5, atOnce: 16, events: 600 },
  { kb: 1, atOnce: 1, events: 300 },
  { kb: 50, atOnce: 1, events: 100 },
  { kb: 300, atOnce: 1, events: 30 },
] as const;

export type WarmResult = { kb: number; atOnce: number; paces: Record<string, Pace> };

/** Ten Marketplaces, each by its own URL. */
export async function warm(rivals: readonly Rival[]): Promise<WarmResult[]> {
  const results: WarmResult[] = [];
  // The engine compiles what is hot; that takes some thousand events.
  await paces(rivals, { kb: 5, atOnce: 4, events: 1_500, marketplaces: 10, ownUrl: true }, 1);
  for (const order of ORDERS) {
    const all = await paces(rivals, { ...order, marketplaces: 10, ownUrl: true });
    results.push({ kb: order.kb, atOnce: order.atOnce, paces: Object.fromEntries(all) });
  }
  return results;
}
