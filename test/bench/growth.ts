import type { Dynamodb } from "../../local/dynamodb.ts";
import { sign } from "../support/events.ts";
import { aRequest } from "../support/requests.ts";
import { aBody } from "./bodies.ts";
import { type Filling, startFilled } from "./filled.ts";
import { startLambda } from "./lambda.ts";
import { marketplaceAt } from "./marketplaces.ts";
import { startMeter, unitsTaken } from "./meter.ts";
import { type Order, type Rival, startRival } from "./rival.ts";
import { clientOf, makeDue, type Stage } from "./stage.ts";
import { type Pace, paces, ratio } from "./warm.ts";

export const STORED_EVENTS = [0, 10_000, 100_000, 1_000_000];
export const MARKETPLACES = [10, 1_000, 10_000, 100_000];

const ROUNDS = 5;
const ORDER = { kb: 5, atOnce: 1, events: 80 } as const;
/** What is due when a retry run is counted. */
const DUE = 20;

/** What one run of a retry takes, in units, and how many runs of handlers that was. */
export type RetryCost = { due: number; readUnits: number; writeUnits: number };

/** `toSmallest` is p50 to that of the smallest filling. */
export type Grown = { count: number; toSmallest: number; pace: Pace };

export type EventsGrowth = { receive: Grown[]; retry: { count: number; none: RetryCost; some: RetryCost }[] };

/** Receiving, and a retry run, with so many events stored already. */
export async function growthOfEvents(stage: Stage): Promise<EventsGrowth> {
  const fillings = STORED_EVENTS.map((events) => ({ events, marketplaces: 10 }));
  return await withFilled(stage, fillings, async (dynamodbs) => {
    const retry: EventsGrowth["retry"] = [];
    for (const [index, dynamodb] of dynamodbs.entries())
      retry.push({ count: STORED_EVENTS[index] ?? 0, ...(await retryCosts(stage, dynamodb)) });
    const rivals = await startAll(stage, dynamodbs, STORED_EVENTS);
    const receive = await grown(rivals, STORED_EVENTS, { ...ORDER, marketplaces: 10, ownUrl: true });
    await Promise.all(rivals.map(({ stop }) => stop()));
    return { receive, retry };
  });
}

export type MarketplacesGrowth = { spaceUrl: Grown[]; ownUrl: Grown[] };

/**
 * Receiving with so many Marketplaces, a thousand of them a Space, each event to a random one. By the Spaces' URLs, which
 * is how Stripe sends what the endpoints that we register ask for, a warm function soon remembers every secret; by the
 * Marketplaces' own URLs it meets almost each of 100,000 for the first time, and reads its secrets before it writes.
 */
export async function growthOfMarketplaces(stage: Stage): Promise<MarketplacesGrowth> {
  const fillings = MARKETPLACES.map((marketplaces) => ({ events: 0, marketplaces }));
  return await withFilled(stage, fillings, async (dynamodbs) => {
    const rivals = await startAll(stage, dynamodbs, MARKETPLACES);
    const spaceUrl = await grown(rivals, MARKETPLACES, { ...ORDER, ownUrl: false });
    const ownUrl = await grown(rivals, MARKETPLACES, { ...ORDER, ownUrl: true });
    await Promise.all(rivals.map(({ stop }) => stop()));
    return { spaceUrl, ownUrl };
  });
}

async function withFilled<Result>(
  stage: Stage,
  fillings: readonly Filling[],
  work: (dynamodbs: Dynamodb[]) => Promise<Result>,
): Promise<Result> {
  const dynamodbs = await startFilled(stage, fillings);
  try {
    return await work(dynamodbs);
  } finally {
    await Promise.all(dynamodbs.map(({ stop }) => stop()));
  }
}

const startAll = (
  { modules, environment }: Stage,
  dynamodbs: readonly Dynamodb[],
  counts: readonly number[],
): Promise<Rival[]> =>
  Promise.all(
    dynamodbs.map(({ endpoint }, index) =>
      startRival(`${counts[index]}`, modules.us, { ...environment, AWS_ENDPOINT_URL_DYNAMODB: endpoint }),
    ),
  );

/** In turns, each of its own filling: an order without a number of Marketplaces has as many as there are. */
async function grown(
  rivals: readonly Rival[],
  counts: readonly number[],
  order: Omit<Order, "marketplaces"> & { marketplaces?: number },
): Promise<Grown[]> {
  const orderOf = (index: number): Order => ({ marketplaces: counts[index] ?? 0, ...order });
  const each = rivals.map((rival, index) => ({
    ...rival,
    run: (asked: Order) => rival.run({ ...orderOf(index), events: asked.events, atOnce: asked.atOnce }),
  }));
  // So that none is measured while its DynamoDB, or it, is still being compiled.
  await paces(each, { ...orderOf(0), events: 500, atOnce: 8 }, 0);
  const measured = await paces(each, orderOf(0), ROUNDS);
  const smallest = measured[`${counts[0]}`];
  return counts.flatMap((count) => {
    const pace = measured[`${count}`];
    return pace ? [{ count, toSmallest: ratio(pace, smallest, "p50"), pace }] : [];
  });
}

async function retryCosts(
  stage: Stage,
  { endpoint }: Dynamodb,
): Promise<{ none: RetryCost; some: RetryCost }> {
  const meter = await startMeter(endpoint);
  const environment = { ...stage.environment, AWS_ENDPOINT_URL_DYNAMODB: meter.endpoint };
  const [receive, retry] = await Promise.all([
    startLambda(stage.modules.us, environment),
    startLambda(stage.functions.get("retryStripeEvents") ?? "", environment),
  ]);
  const client = clientOf(endpoint);
  const runOf = async (): Promise<RetryCost> => {
    meter.take();
    const { answer } = await retry.invoke({});
    const calls = meter.take();
    const due = typeof answer === "object" && answer && "runs" in answer ? Number(answer.runs) : Number.NaN;
    return {
      due,
      readUnits: unitsTaken(calls, { isWrite: false }),
      writeUnits: unitsTaken(calls, { isWrite: true }),
    };
  };
  try {
    const none = await runOf();
    const { space, room, marketplace, webhookSecret } = marketplaceAt(0);
    for (let n = 0; n < DUE; n++) {
      const { id, body } = aBody(1);
      const headers = { "stripe-signature": sign(body, webhookSecret) };
      await receive.invoke(aRequest({ method: "POST", path: { space, room, marketplace }, headers, body }));
      await makeDue(client, space, id);
    }
    return { none, some: await runOf() };
  } finally {
    client.destroy();
    await Promise.all([receive.stop(), retry.stop(), meter.stop()]);
  }
}
