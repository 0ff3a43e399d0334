import { randomUUID } from "node:crypto";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { newMarketplace, newSpace } from "../../local/demo_seed.ts";
import { seedSpace } from "../../local/seed.ts";
import { sign } from "../support/events.ts";
import { aRequest } from "../support/requests.ts";
import { aBody } from "./bodies.ts";
import { startLambda } from "./lambda.ts";
import { startMeter } from "./meter.ts";
import { clientOf, eventsTable, type Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const ATTACK_MS = 6_000;
/** One good event comes after so many bad ones. */
const BAD_TO_GOOD = 50;
const GOOD_ALONE = 50;

/** What deliveries that are refused, as fast as one function takes them, ask of the tables, and what good events have of it. */
export type Attack = {
  attack: string;
  seconds: number;
  refused: number;
  /** Calls, of all that were refused. */
  reads: number;
  writes: number;
  /** Good events that came in between, and how many of them are in the table. */
  good: { sent: number; stored: number };
  /** Of a good event, in ms. */
  p50: { alone: number; beside: number };
};

/** A function that has just started, for each kind of attack. */
export async function attacks(stage: Stage): Promise<Attack[]> {
  const seller = newMarketplace("Vendor", true);
  const space = newSpace(`attacked-${randomUUID().slice(0, 8)}`, "A Space", [seller]);
  await seedSpace(space, stage.simulatorUrl);
  const known = { space: space.space, room: seller.room, marketplace: seller.marketplace };
  const nobody = randomUUID();
  const kinds = [
    ["a Marketplace that is there, signed wrong", () => known],
    ["one that there is none of", () => ({ ...known, marketplace: nobody })],
    ["another that there is none of each time", () => ({ ...known, marketplace: randomUUID() })],
  ] as const;

  const meter = await startMeter(stage.endpoint);
  const tables = clientOf(stage.endpoint);
  const environment = { ...stage.environment, AWS_ENDPOINT_URL_DYNAMODB: meter.endpoint };
  const attack = async (name: string, target: () => typeof known): Promise<Attack> => {
    const receive = await startLambda(stage.modules.us, environment);
    const post = (path: typeof known, body: string, secret: string) =>
      receive.invoke(
        aRequest({ method: "POST", path, headers: { "stripe-signature": sign(body, secret) }, body }),
      );
    const ids: string[] = [];
    const good = async (): Promise<number> => {
      const { id, body } = aBody(5);
      const { ms } = await post(known, body, seller.webhookSecret);
      ids.push(id);
      return ms;
    };
    const isStored = async (id: string): Promise<boolean> => {
      const Key = { pk: { S: `${space.space}#${id}` } };
      const { Item } = await tables.send(
        new GetItemCommand({ TableName: eventsTable, Key, ConsistentRead: true }),
      );
      return Item !== undefined;
    };
    try {
      await good(); // warms up
      const alone: number[] = [];
      for (let n = 0; n < GOOD_ALONE; n++) alone.push(await good());
      ids.length = 0;
      meter.take();
      const beside: number[] = [];
      let refused = 0;
      const began = performance.now();
      while (performance.now() - began < ATTACK_MS) {
        await post(target(), aBody(1).body, "whsec_stranger");
        refused += 1;
        if (refused % BAD_TO_GOOD === 0) beside.push(await good());
      }
      const seconds = (performance.now() - began) / 1_000;
      // Each good event is one write of the events table, and nothing else.
      const calls = meter.take().filter(({ table }) => table !== eventsTable);
      const stored = await Promise.all(ids.map(isStored));
      return {
        attack: name,
        seconds,
        refused,
        reads: calls.filter(({ isWrite }) => !isWrite).length,
        writes: calls.filter(({ isWrite }) => isWrite).length,
        good: { sent: ids.length, stored: stored.filter(Boolean).length },
        p50: { alone: median(alone), beside: median(beside) },
      };
    } finally {
      await receive.stop();
    }
  };

  try {
    const results: Attack[] = [];
    for (const [name, target] of kinds) results.push(await attack(name, target));
    return results;
  } finally {
    await meter.stop();
    tables.destroy();
  }
}
