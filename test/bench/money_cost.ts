import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type Stripe from "stripe";
import * as v from "valibot";
import { createCheckout } from "../../lib/checkouts/create_checkout.ts";
import { orderKey } from "../../lib/dynamodb/keys.ts";
import { getMarketplace } from "../../lib/marketplaces/get_marketplace.ts";
import type { Order } from "../../lib/orders/order.ts";
import { stripeClient } from "../../lib/stripe_client.ts";
import { isHandled } from "../../lib/stripe_events/registry.ts";
import { newMarketplace, newSpace, type SeedSpace } from "../../local/demo_seed.ts";
import { seed } from "../../local/seed.ts";
import { tableVariables } from "../../local/tables.ts";
import { sign } from "../support/events.ts";
import { insertRecord } from "../support/records.ts";
import { aRequest } from "../support/requests.ts";
import { BASKET } from "./cost.ts";
import { itemSize, writeUnits } from "./item_size.ts";
import { startLambda } from "./lambda.ts";
import { type Call, startMeter } from "./meter.ts";
import { clientOf, type Stage, tables } from "./stage.ts";

export const ordersTable = tableVariables(tables).ORDERS_TABLE ?? "";

/** What one event of Stripe's takes from its dispatch to its end, the events table's own part left out. */
export type MoneyStep = {
  event: string;
  gets: number;
  posts: number;
  /**
   * Write units of the Orders table: of the rows, and of its indexes; and of the rows by AWS's rules, twice for each item of
   * a transaction, of which DynamoDB Local counts some once.
   */
  writes: { orders: number; indexes: number; byRule: number };
  /** Read units of all tables but the events'. */
  reads: number;
};

/** All events of what happens to an Order, in Stripe's order. */
export type MoneyCost = { what: string; steps: MoneyStep[] };

/** What the money of an Order costs, at Stripe and in the tables: a sale, then what a buyer and a bank do to it. */
export async function moneyCosts(stage: Stage): Promise<MoneyCost[]> {
  const meter = await startMeter(stage.endpoint);
  const environment = { ...stage.environment, AWS_ENDPOINT_URL_DYNAMODB: meter.endpoint };
  const [receive, dispatch] = await Promise.all([
    startLambda(stage.modules.us, environment),
    startLambda(stage.functions.get("dispatchStripeEvents") ?? "", environment),
  ]);
  const seller = newMarketplace("Vendor", true);
  const space = newSpace("zinc-money", "A Space", [seller]);
  await seed({ spaces: [space], people: [] }, stage.simulatorUrl);
  const client = clientOf(stage.endpoint);
  const stripe = stripeClient(space.stripeSecretKey);
  const told = new Set<string>();
  const control = controlOf(stage.simulatorUrl, space);

  /** Hands over what Stripe has told since, one after the other, and counts each. */
  async function stepsOf(order: Order): Promise<MoneyStep[]> {
    const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
    const fresh = events.toReversed().filter(({ id, type }) => isHandled(type) && !told.has(id));
    const steps: MoneyStep[] = [];
    for (const event of fresh) {
      told.add(event.id);
      steps.push(await stepOf(event, order));
    }
    return steps;
  }

  async function stepOf(event: Stripe.Event, order: Order): Promise<MoneyStep> {
    const { room, marketplace, webhookSecret } = seller;
    const body = JSON.stringify(event);
    await receive.invoke(
      aRequest({
        method: "POST",
        path: { space: space.space, room, marketplace },
        headers: { "stripe-signature": sign(body, webhookSecret) },
        body,
      }),
    );
    const asked = (await control.requests()).length;
    meter.take();
    await dispatch.invoke({ Records: [await insertRecord(space, event.id)] });
    const calls = meter.take();
    const requests = (await control.requests()).slice(asked);
    return {
      event: event.type,
      gets: requests.filter(({ method }) => method === "GET").length,
      posts: requests.filter(({ method }) => method === "POST").length,
      ...unitsOf(calls, await bytesOf(order)),
    };
  }

  const bytesOf = async ({ marketplace, id }: Order): Promise<number> => {
    const Key = marshall(orderKey(marketplace, id));
    const { Item } = await client.send(
      new GetItemCommand({ TableName: ordersTable, Key, ConsistentRead: true }),
    );
    return itemSize(Item ?? {});
  };

  /** One Order, sold and shared, and then what happens to it. */
  async function costOf(
    what: string,
    happens: (charge: string, handled: () => Promise<unknown>) => Promise<unknown>,
    lateFee = false,
  ): Promise<MoneyCost> {
    await control.post("weather", { late_fee: lateFee });
    const { room, marketplace } = seller;
    const place = await getMarketplace({ space: space.space, room, marketplace });
    const order = await createCheckout(place, BASKET, undefined);
    await control.post(`checkout_sessions/${order.checkout_session}`, { action: "pay" });
    if (lateFee) {
      const before = await stepsOf(order);
      await control.post("clock", { advance_s: 60 });
      return { what, steps: [...before, ...(await untilQuiet(() => stepsOf(order)))] };
    }
    const sale = await untilQuiet(() => stepsOf(order));
    if (what === "sale") return { what, steps: sale };
    await control.post("clock", { advance_s: 3 * 24 * 60 * 60 });
    await untilQuiet(() => stepsOf(order));
    const { payment_intent } = await stripe.checkout.sessions.retrieve(order.checkout_session, {
      expand: ["payment_intent"],
    });
    await happens(String(typeof payment_intent === "object" && payment_intent?.latest_charge), () =>
      untilQuiet(() => stepsOf(order)),
    );
    return { what, steps: await untilQuiet(() => stepsOf(order)) };
  }

  const nothing = async (): Promise<void> => {};
  try {
    await control.post(`accounts/${space.stripeAccount}/balance`, { available: 1_000_000, currency: "usd" });
    // The first of each warms up what a warm function remembers.
    await costOf("sale", nothing);
    return [
      await costOf("sale", nothing),
      await costOf("sale, Stripe's fee known later", nothing, true),
      await costOf("refund of a part", (charge) => stripe.refunds.create({ charge, amount: 1_000 })),
      await costOf("dispute", (charge) => control.post(`charges/${charge}/dispute`, {})),
      await costOf("dispute, and won", async (charge, handled) => {
        await control.post(`charges/${charge}/dispute`, {});
        await handled();
        const { data } = await stripe.disputes.list({ charge });
        await control.post(`disputes/${data[0]?.id}`, { do: "win" });
      }),
    ];
  } finally {
    client.destroy();
    await Promise.all([receive.stop(), dispatch.stop(), meter.stop()]);
  }
}

/** What we do at Stripe makes events, too. */
async function untilQuiet(stepsOf: () => Promise<MoneyStep[]>): Promise<MoneyStep[]> {
  const all: MoneyStep[] = [];
  for (let steps = await stepsOf(); steps.length > 0; steps = await stepsOf()) all.push(...steps);
  return all;
}

const Requests = v.object({ data: v.array(v.object({ method: v.string() })) });

function controlOf(simulatorUrl: string, { stripeSecretKey }: SeedSpace) {
  const headers = { authorization: `Bearer ${stripeSecretKey}`, "content-type": "application/json" };
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(`${simulatorUrl}/simulator/${path}`, { headers, ...init });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return await response.json();
  };
  return {
    post: (path: string, body: object) => ask(path, { method: "POST", body: JSON.stringify(body) }),
    requests: async () => v.parse(Requests, await ask("requests")).data,
  };
}

function unitsOf(calls: readonly Call[], orderBytes: number): Pick<MoneyStep, "writes" | "reads"> {
  const writes = { orders: 0, indexes: 0, byRule: 0 };
  let reads = 0;
  for (const { table, isWrite, units, indexes, parts } of calls) {
    if (!isWrite) reads += units;
    else if (table === ordersTable) {
      writes.orders += units;
      writes.byRule += parts
        ? 2 * (sum(parts.puts.map(writeUnits)) + parts.updates * writeUnits(orderBytes))
        : units;
      writes.indexes += sum(Object.values(indexes));
    }
  }
  return { writes, reads };
}

const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);
