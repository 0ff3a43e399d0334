import { type AttributeValue, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createCheckout } from "../../lib/checkouts/create_checkout.ts";
import { getMarketplace } from "../../lib/marketplaces/get_marketplace.ts";
import { newMarketplace, newSpace } from "../../local/demo_seed.ts";
import { seedSpace } from "../../local/seed.ts";
import { sign } from "../support/events.ts";
import { insertRecord } from "../support/records.ts";
import { aRequest } from "../support/requests.ts";
import { aBody, aPaidSession, type Body } from "./bodies.ts";
import { itemSize, writeUnits } from "./item_size.ts";
import { startLambda } from "./lambda.ts";
import { type Call, startMeter } from "./meter.ts";
import { clientOf, eventsTable, type Stage } from "./stage.ts";

/** The dearest of so many events is the one that counts. */
const EVENTS = 25;

/** What one step asks of DynamoDB; `byRule` is what AWS documents that the events table takes for it. */
export type Step = {
  roundTrips: number;
  reads: number;
  /** Of the events table itself, of its indexes, and of the other tables. */
  writes: { events: number; due: number; log: number; others: number };
  byRule: number;
};

/** The steps of a whole event; the item's size in bytes, as it is stored and as it ends. */
export type Cost = {
  what: string;
  bodyBytes: number;
  itemBytes: [number, number];
  receive: Step;
  dispatch: Step;
};

/** A whole event of 5 KB, from its arrival to its end, step by step: of a type without a handler, and one that pays an Order. */
export async function costs(stage: Stage): Promise<Cost[]> {
  const meter = await startMeter(stage.endpoint);
  const environment = { ...stage.environment, AWS_ENDPOINT_URL_DYNAMODB: meter.endpoint };
  const [receive, dispatch] = await Promise.all([
    startLambda(stage.modules.us, environment),
    startLambda(stage.functions.get("dispatchStripeEvents") ?? "", environment),
  ]);
  const seller = newMarketplace("Vendor", true);
  const space = newSpace("zinc-coop", "A Space", [seller]);
  await seedSpace(space, stage.simulatorUrl);
  const tables = clientOf(stage.endpoint);

  const itemOf = async (id: string): Promise<Record<string, AttributeValue>> => {
    const Key = { pk: { S: `${space.space}#${id}` } };
    const { Item } = await tables.send(
      new GetItemCommand({ TableName: eventsTable, Key, ConsistentRead: true }),
    );
    if (!Item) throw new Error(`${id} was not stored`);
    return Item;
  };
  const costOf = async (what: string, { id, body }: Body): Promise<Cost> => {
    const { room, marketplace, webhookSecret } = seller;
    meter.take();
    const { answer } = await receive.invoke(
      aRequest({
        method: "POST",
        path: { space: space.space, room, marketplace },
        headers: { "stripe-signature": sign(body, webhookSecret) },
        body,
      }),
    );
    if (JSON.stringify(answer) !== '{"statusCode":200}')
      throw new Error(`not stored: ${JSON.stringify(answer)}`);
    const received = meter.take();
    const before = itemSize(await itemOf(id));
    await dispatch.invoke({ Records: [await insertRecord(space, id)] });
    const dispatched = meter.take();
    const after = itemSize(await itemOf(id));
    return {
      what,
      bodyBytes: Buffer.byteLength(body),
      itemBytes: [before, after],
      // The item, and an entry in each of two indexes; then the item as it was or is, and an entry that goes.
      receive: stepOf(received, writeUnits(before) + 2),
      dispatch: stepOf(dispatched, writeUnits(Math.max(before, after)) + 1),
    };
  };
  const paidOrder = async (): Promise<Body> => {
    const place = await getMarketplace({
      space: space.space,
      room: seller.room,
      marketplace: seller.marketplace,
    });
    const order = await createCheckout(place, BASKET, undefined);
    const response = await fetch(
      `${stage.simulatorUrl}/simulator/checkout_sessions/${order.checkout_session}`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${space.stripeSecretKey}`, "content-type": "application/json" },
        body: JSON.stringify({ action: "pay" }),
      },
    );
    if (!response.ok) throw new Error(`the session was not paid: ${response.status}`);
    return aPaidSession(order.checkout_session, order.id, seller.marketplace);
  };

  try {
    const unhandled: Cost[] = [];
    const handled: Cost[] = [];
    // The first of each warms up what a warm function remembers.
    for (let n = 0; n <= EVENTS; n++) {
      unhandled.push(await costOf("no handler", aBody(5)));
      handled.push(await costOf("pays an Order", await paidOrder()));
    }
    return [unhandled, handled].map((all) => dearest(all.slice(1)));
  } finally {
    await Promise.all([receive.stop(), dispatch.stop(), meter.stop()]);
    tables.destroy();
  }
}

export const BASKET = {
  line_items: [{ name: "Bread", unit_amount: 2_500, quantity: 2 }],
  delivery_amount: 400,
  tax_amount: 0,
  currency: "usd",
  success_url: "https://shop.example/thanks",
  cancel_url: "https://shop.example/cart",
};

function stepOf(calls: readonly Call[], byRule: number): Step {
  const step: Step = {
    roundTrips: calls.length,
    reads: 0,
    writes: { events: 0, due: 0, log: 0, others: 0 },
    byRule,
  };
  for (const { table, isWrite, units, indexes } of calls) {
    if (!isWrite) step.reads += units;
    else if (table !== eventsTable) step.writes.others += units;
    else {
      step.writes.events += units;
      step.writes.due += indexes.due ?? 0;
      step.writes.log += indexes.log ?? 0;
    }
  }
  return step;
}

/** Write units of the events table, indexes included. */
export const unitsOf = ({ writes: { events, due, log } }: Step): number => events + due + log;

const totalOf = ({ receive, dispatch }: Cost): number => unitsOf(receive) + unitsOf(dispatch);

function dearest(all: readonly Cost[]): Cost {
  return all.reduce((most, cost) => (totalOf(cost) > totalOf(most) ? cost : most));
}
