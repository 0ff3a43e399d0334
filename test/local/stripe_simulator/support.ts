import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import Stripe from "stripe";
import { afterAll } from "vitest";
import { startSimulator } from "../../../local/stripe_simulator/simulator.ts";
import type { Faults } from "../../../local/stripe_simulator/state/faults.ts";

/** A simulator for one test file. */
export async function simulatorForTests() {
  const simulator = await startSimulator({ port: 0, file: ":memory:" });
  afterAll(() => simulator.close());
  return simulator.url;
}

export const stripeAt = (url: string, key: string) =>
  new Stripe(key, {
    host: "127.0.0.1",
    port: new URL(url).port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
  });

interface Made {
  id: string;
  secret_keys: [test: string, live: string];
  connected_accounts: { id: string }[];
}

interface Place {
  country?: string;
  default_currency?: string;
}

/** A new platform account of its own, so that tests do not meet each other. Its fees are known at once, so that all events
 *  of a sale are there when it is paid. */
export async function newPlatform(
  url: string,
  connected: (string | (Place & { display_name: string }))[] = [],
  place: Place = {},
) {
  const response = await fetch(`${url}/simulator/accounts`, {
    method: "POST",
    body: JSON.stringify({
      display_name: "Space",
      ...place,
      connected_accounts: connected.map((account) =>
        typeof account === "string" ? { display_name: account } : account,
      ),
    }),
  });
  const { id, secret_keys, connected_accounts }: Made = await response.json();
  const [key, liveKey] = secret_keys;

  /** The control API with this account's key. */
  async function control(path: string, body?: object, withKey = key) {
    const answer = await fetch(`${url}/simulator${path}`, {
      headers: { Authorization: `Bearer ${withKey}` },
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  await control("/weather", { late_fee: false });

  /** A request that the SDK would not let through. */
  async function raw(method: string, path: string, form: string | null = null, headers = {}) {
    const answer = await fetch(url + path, {
      method,
      body: form,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(form !== null && { "Content-Type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }

  return {
    id,
    key,
    liveKey,
    connected: connected_accounts.map((account) => account.id),
    stripe: stripeAt(url, key),
    live: stripeAt(url, liveKey),
    control,
    raw,
    act: (session: string, action: string) => control(`/checkout_sessions/${session}`, { action }),
    setFaults: (faults: Partial<Faults>) => control("/weather", faults),
  };
}

export const sessionParams = (
  overrides: Stripe.Checkout.SessionCreateParams = {},
): Stripe.Checkout.SessionCreateParams => ({
  mode: "payment",
  line_items: [line({ unit_amount: 1_500, quantity: 2 })],
  success_url: "http://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
  cancel_url: "http://shop.example/basket",
  ...overrides,
});

export const line = ({ unit_amount = 1_000, quantity = 1, currency = "usd", name = "Tea" } = {}) => ({
  price_data: { currency, unit_amount, product_data: { name } },
  quantity,
});

interface Received {
  body: string;
  headers: IncomingHttpHeaders;
  event: Stripe.Event;
}

/** A server that receives webhooks and answers what `status` says. */
export async function newReceiver(status: (event: Stripe.Event, nth: number) => number | "hang" = () => 200) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const event: Stripe.Event = JSON.parse(body);
    received.push({ body, headers: request.headers, event });
    const answer = status(event, received.length);
    if (answer === "hang") return;
    response.writeHead(answer, { Location: "/elsewhere" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/stripe_events`,
    received,
    types: () => received.map(({ event }) => event.type),
  };
}

export const PAID = [
  "payment_intent.created",
  "charge.succeeded",
  "payment_intent.succeeded",
  "checkout.session.completed",
];
