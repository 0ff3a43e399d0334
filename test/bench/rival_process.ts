/**
 * A process of its own for one rival, as a warm Lambda is one: it imports the function, makes requests before the clock
 * starts, and then answers them, so many at once. Nothing but the function runs while it is timed.
 */
import { sign } from "../support/events.ts";
import { aContext, aRequest } from "../support/requests.ts";
import { aBody } from "./bodies.ts";
import { marketplaceAt, spaceAt } from "./marketplaces.ts";
import type { Measured, Order } from "./rival.ts";

type Answer = { statusCode?: number };
type Rival = {
  handler: (input: unknown, context: unknown) => Promise<Answer>;
  /** What the handler takes in place of the request. */
  prepare?: (request: unknown) => unknown;
};

const [module = ""] = process.argv.slice(2);
// The functions log each refusal and each run; here that would be the bench's own noise.
console.info = () => {};
const rival: Rival = await import(module);

function aDelivery({ kb, marketplaces, ownUrl }: Order): unknown {
  const place = marketplaceAt(Math.floor(Math.random() * marketplaces));
  const { space, room, marketplace } = place;
  const secret = ownUrl ? place.webhookSecret : spaceAt(Number(space.slice("space-".length))).webhookSecret;
  const { body } = aBody(kb);
  const request = aRequest({
    method: "POST",
    path: ownUrl ? { space, room, marketplace } : { space },
    headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": sign(body, secret) },
    body,
  });
  return rival.prepare ? rival.prepare(request) : request;
}

async function measure(order: Order): Promise<Measured> {
  const inputs = Array.from({ length: order.events }, () => aDelivery(order));
  const latencies: number[] = [];
  const context = aContext();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let input = inputs[next++]; input !== undefined; input = inputs[next++]) {
      const began = performance.now();
      const { statusCode } = await rival.handler(input, context);
      latencies.push(performance.now() - began);
      if (statusCode !== 200) throw new Error(`${module} answered ${statusCode}`);
    }
  };
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: order.atOnce }, worker));
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { latencies, ms, cpuMs: (user + system) / 1_000, rssMb: process.memoryUsage().rss / 1e6 };
}

process.on("message", (message) => {
  measure(message as Order).then(
    (measured) => process.send?.({ measured }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.send?.("ready");
