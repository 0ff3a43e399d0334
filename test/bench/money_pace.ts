import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { ulid } from "ulid";
import { after, iso, now } from "../../lib/clock.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { dueShardOf } from "../../lib/dynamodb/due_shard.ts";
import { marketplaceKey, orderKey } from "../../lib/dynamodb/keys.ts";
import type { Order } from "../../lib/orders/order.ts";
import { newMarketplace, newSpace, type SeedSpace } from "../../local/demo_seed.ts";
import { seedSpace } from "../../local/seed.ts";
import { anAccountSnapshot } from "../support/account_snapshots.ts";
import { end, forkQuietly, type Invoked, messageOf, startLambda } from "./lambda.ts";
import { startMeter } from "./meter.ts";
import { ordersTable } from "./money_cost.ts";
import { clientOf, type Stage, settingsTable } from "./stage.ts";
import { median } from "./statistics.ts";

/** Beyond the first, which warms up. */
const ROUNDS = 3;
const SPACES = 10;
const AT_ONCE = 100;
const STORED = [0, 10_000];
const DUE = [0, 50, 200];

/** 100 Orders: how many a second, the processor time of one, and the memory of the process once they are shared. */
export type MoneyPace = { ordersPerS: number; cpuMs: number; rssMb: number };
/** One run with so many Orders in the table, and so many of them due. */
export type DueRun = {
  stored: number;
  due: number;
  settled: number;
  reads: number;
  writes: number;
  ms: number;
};
/** `due`: in one run of the schedule, which takes 24 at a time. `atOnce`: all in the same moment. */
export type MoneyPaces = { paces: { due: MoneyPace; atOnce: MoneyPace }; runs: DueRun[] };

/** What a run of the schedule does in a second beside a Stripe that answers at once, and what it takes for what is due. */
export async function moneyPaces(stage: Stage): Promise<MoneyPaces> {
  const meter = await startMeter(stage.endpoint);
  const stripe = forkQuietly("instant_stripe.ts", "", {});
  const STRIPE_API_BASE = await messageOf<string>(stripe);
  const settleDue = stage.functions.get("settleDueOrders") ?? "";
  const [plain, together, metered] = await Promise.all([
    startLambda(settleDue, { ...stage.environment, STRIPE_API_BASE }),
    startLambda(stage.modules.settle, { ...stage.environment, STRIPE_API_BASE }),
    startLambda(settleDue, {
      ...stage.environment,
      STRIPE_API_BASE,
      AWS_ENDPOINT_URL_DYNAMODB: meter.endpoint,
    }),
  ]);
  const client = clientOf(stage.endpoint);
  try {
    const spaces = await Promise.all(Array.from({ length: SPACES }, (_, n) => aSpace(n)));
    // What was measured before has left Orders that are due by now.
    await plain.invoke({});
    const due = await paceOf(async () => {
      await putOrders(client, spaces, AT_ONCE, true);
      return await plain.invoke({});
    });
    const atOnce = await paceOf(async () => together.invoke(await putOrders(client, spaces, AT_ONCE, true)));
    const runs: DueRun[] = [];
    let there = 0;
    for (const stored of STORED) {
      await putOrders(client, spaces, stored - there, false);
      there = stored;
      for (const due of DUE) {
        await putOrders(client, spaces, due, true);
        meter.take();
        const { ms, answer } = await metered.invoke({});
        const calls = meter.take();
        const units = (isWrite: boolean): number =>
          calls
            .filter((call) => call.isWrite === isWrite)
            .flatMap(({ units: table, indexes }) => [table, ...Object.values(indexes)])
            .reduce((sum, each) => sum + each, 0);
        runs.push({ stored, due, settled: settledOf(answer), reads: units(false), writes: units(true), ms });
      }
    }
    return { paces: { due, atOnce }, runs };
  } finally {
    client.destroy();
    await Promise.all([plain.stop(), together.stop(), metered.stop(), end(stripe), meter.stop()]);
  }
}

async function paceOf(share: () => Promise<Invoked>): Promise<MoneyPace> {
  const rounds: MoneyPace[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const { ms, cpuMs, rssMb, answer } = await share();
    if (settledOf(answer) !== AT_ONCE) throw new Error(`not all were settled: ${JSON.stringify(answer)}`);
    if (round > 0) rounds.push({ ordersPerS: (AT_ONCE / ms) * 1_000, cpuMs: cpuMs / AT_ONCE, rssMb });
  }
  const of = (figure: keyof MoneyPace): number => median(rounds.map((round) => round[figure]));
  return { ordersPerS: of("ordersPerS"), cpuMs: of("cpuMs"), rssMb: of("rssMb") };
}

const settledOf = (answer: unknown): number =>
  typeof answer === "object" && answer && "orders" in answer ? Number(answer.orders) : Number.NaN;

/** With one Vendor, whose account is known to be ready. */
async function aSpace(n: number): Promise<SeedSpace> {
  const seller = newMarketplace("Vendor", true);
  const space = newSpace(`paced-${n}`, "A Space", [seller]);
  await seedSpace(space, null);
  await dynamodb.send(
    new UpdateCommand({
      TableName: settingsTable,
      Key: marketplaceKey({ space: space.space, ...seller }),
      UpdateExpression: "SET stripe_account_facts = :facts",
      ExpressionAttributeValues: { ":facts": anAccountSnapshot() },
    }),
  );
  return space;
}

/** Paid, and due now or shared long since. @returns where they are */
async function putOrders(
  client: DynamoDBClient,
  spaces: readonly SeedSpace[],
  count: number,
  isDue: boolean,
): Promise<Pick<Order, "marketplace" | "id">[]> {
  const rows = Array.from({ length: count }, (_, n) => {
    const space = spaces[n % spaces.length];
    const [seller] = space?.marketplaces ?? [];
    if (!space || !seller) throw new Error("there is nobody who sells");
    const id = ulid();
    const order: Order = {
      id,
      space: space.space,
      room: seller.room,
      marketplace: seller.marketplace,
      status: "paid",
      currency: "usd",
      amount_total: 1_890,
      product_total: 1_300,
      delivery_amount: 500,
      tax_amount: 90,
      livemode: false,
      checkout_session: `cs_test_${id}`,
      payment_intent: `pi_${id}`,
      placed_at: iso(now()),
      ...(seller.stripe_account && { vendor_account: seller.stripe_account }),
      split: isDue
        ? { status: "waiting", reason: "fee_unknown", since: iso(now()), detail: "" }
        : { status: "done", since: iso(now()), detail: "" },
      ...(isDue && { due_at: iso(after(now(), -1_000)) }),
    };
    return {
      ...orderKey(order.marketplace, id),
      ...order,
      ...(isDue && { due_shard: dueShardOf(id) }),
    };
  });
  for (let first = 0; first < rows.length; first += 25) {
    const requests = rows
      .slice(first, first + 25)
      .map((row): WriteRequest => ({ PutRequest: { Item: marshall(row) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [ordersTable]: requests } }));
  }
  return rows.map(({ marketplace, id }) => ({ marketplace, id }));
}
