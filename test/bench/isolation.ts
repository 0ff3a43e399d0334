import { randomUUID } from "node:crypto";
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { newMarketplace, newSpace, type SeedSpace } from "../../local/demo_seed.ts";
import { seedSpace } from "../../local/seed.ts";
import { sign } from "../support/events.ts";
import { insertRecord } from "../support/records.ts";
import { aRequest } from "../support/requests.ts";
import { aPaidSession } from "./bodies.ts";
import { type Lambda, startLambda } from "./lambda.ts";
import { clientOf, eventsTable, makeDue, type Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const ROUNDS = 3;
const GOOD_EVENTS = 10;
/** Far more than the good Space has, and before it. */
const BAD_EVENTS = 40;
/** Of a batch of 25 that the stream hands over. */
const BAD_IN_BATCH = 15;
const POLL_MS = 10;

const BAD = {
  "dead key": undefined,
  "slow Stripe (2 s)": { slow_ms: 2_000 },
  "handler always failing": { unavailable: 100_000 },
} as const;

/** Until the good Space's events are handled, in ms: by themselves, and in the company of a bad Space's. */
export type Isolation = {
  bad: string;
  /** `held` is how long the whole batch keeps the next one of its lane waiting. */
  dispatch: { alone: number; beside: number; held: number };
  retry: { alone: number; beside: number };
};

/** Whether a Space with a bad Marketplace slows another's events: in one batch of the stream, and in one run of the retry. */
export async function isolation(stage: Stage): Promise<Isolation[]> {
  const client = clientOf(stage.endpoint);
  const start = (name: string): Promise<Lambda> =>
    startLambda(stage.functions.get(name) ?? "", stage.environment);
  const receive = await start("receiveStripeEvent");
  const results: Isolation[] = [];
  try {
    for (const [bad, weather] of Object.entries(BAD)) {
      const [dispatch, retry] = await Promise.all([
        start("dispatchStripeEvents"),
        start("retryStripeEvents"),
      ]);
      const good = await aSpace(stage, {});
      const badSpace = await aSpace(stage, weather);
      const events = (space: SeedSpace, count: number): Promise<string[]> =>
        receiveMany(receive, space, count);

      const held: number[] = [];
      const dispatched = async (others: number): Promise<number> => {
        const ids = await events(good, GOOD_EVENTS);
        const badIds = others ? await events(badSpace, others) : [];
        const Records: DynamoDBRecord[] = [];
        for (const id of badIds) Records.push(await insertRecord(badSpace, id));
        for (const id of ids) Records.push(await insertRecord(good, id));
        const began = performance.now();
        const over = dispatch.invoke({ Records });
        await untilHandled(client, good, ids);
        const ms = performance.now() - began;
        await over;
        if (others) held.push(performance.now() - began);
        return ms;
      };
      const retried = async (others: number): Promise<number> => {
        for (const id of others ? await events(badSpace, others) : [])
          await makeDue(client, badSpace.space, id);
        const ids = await events(good, GOOD_EVENTS);
        for (const id of ids) await makeDue(client, good.space, id);
        const began = performance.now();
        const over = retry.invoke({});
        await untilHandled(client, good, ids);
        const ms = performance.now() - began;
        await over;
        return ms;
      };
      // The first of each warms up.
      await dispatched(0);
      await retried(0);
      const [alone, beside] = [[] as number[], [] as number[]];
      const [retryAlone, retryBeside] = [[] as number[], [] as number[]];
      for (let round = 0; round < ROUNDS; round++) {
        alone.push(await dispatched(0));
        beside.push(await dispatched(BAD_IN_BATCH));
        retryAlone.push(await retried(0));
        retryBeside.push(await retried(BAD_EVENTS));
      }
      results.push({
        bad,
        dispatch: { alone: median(alone), beside: median(beside), held: median(held) },
        retry: { alone: median(retryAlone), beside: median(retryBeside) },
      });
      await Promise.all([dispatch.stop(), retry.stop()]);
    }
    return results;
  } finally {
    await receive.stop();
    client.destroy();
  }
}

/** Without weather, a Space whose key Stripe does not know. */
async function aSpace(
  { simulatorUrl }: Stage,
  weather: Record<string, number> | undefined,
): Promise<SeedSpace> {
  const space = newSpace(`isolated-${randomUUID().slice(0, 8)}`, "A Space", [newMarketplace("Vendor", true)]);
  await seedSpace(space, weather ? simulatorUrl : null);
  if (weather)
    await fetch(`${simulatorUrl}/simulator/weather`, {
      method: "POST",
      headers: { authorization: `Bearer ${space.stripeSecretKey}` },
      body: JSON.stringify(weather),
    });
  return space;
}

/** Events whose handler asks Stripe for a session that was never made: one call, and the event is dead, which is an end. */
async function receiveMany(
  receive: Lambda,
  { space, marketplaces }: SeedSpace,
  count: number,
): Promise<string[]> {
  const [place] = marketplaces;
  if (!place) throw new Error("the Space has no Marketplace");
  const { room, marketplace, webhookSecret } = place;
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { id, body } = aPaidSession(`cs_test_${randomUUID().replaceAll("-", "")}`, "01K", marketplace);
    const headers = { "stripe-signature": sign(body, webhookSecret) };
    await receive.invoke(aRequest({ method: "POST", path: { space, room, marketplace }, headers, body }));
    ids.push(id);
  }
  return ids;
}

async function untilHandled(
  client: DynamoDBClient,
  { space }: SeedSpace,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids)
    for (;;) {
      const Key = { pk: { S: `${space}#${id}` } };
      const { Item } = await client.send(
        new GetItemCommand({ TableName: eventsTable, Key, ConsistentRead: true }),
      );
      if (Item && !Item.due_at) break;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
}
