import { type Measured, type Order, type Rival, startRival } from "./rival.ts";
import type { Stage } from "./stage.ts";
import { median, percentile } from "./statistics.ts";

/** Rounds beyond the first, which warms up and is thrown away. */
const ROUNDS = 9;

/** One round of one rival; times in ms, CPU an event, of the whole process. */
type Round = { p50: number; p99: number; eventsPerS: number; cpuMs: number; rssMb: number };

/** One rival's medians over the rounds, and the rounds. */
export type Pace = Round & { rounds: Round[] };

/** What the rivals do with the same order, in turns, so that whatever disturbs the machine disturbs all of them. */
export async function paces(
  rivals: readonly Rival[],
  order: Order,
  rounds = ROUNDS,
): Promise<Record<string, Pace>> {
  const measured = rivals.map(({ name }) => ({ name, rounds: [] as Round[] }));
  for (let round = 0; round <= rounds; round++) {
    const turns = rivals.map((rival, index) => ({ rival, rounds: measured[index]?.rounds }));
    for (const turn of round % 2 ? turns : turns.toReversed()) {
      const result = roundOf(await turn.rival.run(order));
      if (round > 0) turn.rounds?.push(result);
    }
  }
  return Object.fromEntries(measured.map(({ name, rounds: all }) => [name, paceOf(all)]));
}

/** How much of a figure one rival needs of another's: the median of the rounds, each against the other's next to it. */
export const ratio = (one: Pace | undefined, other: Pace | undefined, figure: keyof Round): number =>
  median(
    (one?.rounds ?? []).map((round, index) => round[figure] / (other?.rounds[index]?.[figure] ?? Number.NaN)),
  );

const roundOf = ({ latencies, ms, cpuMs, rssMb }: Measured): Round => ({
  p50: median(latencies),
  p99: percentile(latencies, 99),
  eventsPerS: (latencies.length / ms) * 1_000,
  cpuMs: cpuMs / latencies.length,
  rssMb,
});

function paceOf(rounds: Round[]): Pace {
  const of = (figure: keyof Round): number => median(rounds.map((round) => round[figure]));
  const [p50, p99, eventsPerS] = [of("p50"), of("p99"), of("eventsPerS")];
  return { p50, p99, eventsPerS, cpuMs: of("cpuMs"), rssMb: of("rssMb"), rounds };
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
  { kb: 5, atOnce: 1, events: 250 },
  { kb: 5, atOnce: 16, events: 500 },
  { kb: 1, atOnce: 1, events: 200 },
  { kb: 50, atOnce: 1, events: 80 },
  { kb: 300, atOnce: 1, events: 20 },
] as const;

export type WarmResult = { kb: number; atOnce: number; paces: Record<string, Pace> };

/** Ten Marketplaces, each by its own URL. */
export async function warm(rivals: readonly Rival[]): Promise<WarmResult[]> {
  const results: WarmResult[] = [];
  // The engine compiles what is hot; that takes some thousand events.
  await paces(rivals, { kb: 5, atOnce: 4, events: 1_500, marketplaces: 10, ownUrl: true }, 1);
  for (const order of ORDERS) {
    const { kb, atOnce } = order;
    results.push({ kb, atOnce, paces: await paces(rivals, { ...order, marketplaces: 10, ownUrl: true }) });
  }
  return results;
}
