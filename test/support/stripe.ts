import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { inject } from "vitest";
import { stripeClient } from "../../lib/stripe_client.ts";
import { listen } from "./listen.ts";
import type { TestSpace } from "./spaces.ts";

/** The Space's Checkout Sessions at Stripe, newest first. */
export async function sessionsOf({ stripeSecretKey }: TestSpace) {
  return (await stripeClient(stripeSecretKey).checkout.sessions.list({ limit: 100 })).data;
}

/** The lines of a Checkout Session at Stripe, in the order in which they were made. */
export async function linesOf({ stripeSecretKey }: TestSpace, session: string) {
  const { data } = await stripeClient(stripeSecretKey).checkout.sessions.listLineItems(session, {
    limit: 100,
  });
  return data.map(({ description, price, quantity, currency }) => ({
    description,
    unit_amount: price?.unit_amount,
    quantity,
    currency,
  }));
}

/** How often a Checkout Session of the Space was asked for, successfully or not. */
export async function sessionRequests({ stripeSecretKey }: TestSpace): Promise<number> {
  const response = await fetch(`${inject("simulatorUrl")}/simulator/requests?path=/v1/checkout/sessions`, {
    headers: { authorization: `Bearer ${stripeSecretKey}` },
  });
  const { data }: { data: { method: string }[] } = await response.json();
  return data.filter(({ method }) => method === "POST").length;
}

type Seen = { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders };

/**
 * A Stripe that answers everything alike, for what the simulator never says; but what is in `found`, by its URL, it has.
 * It stops at the end of its scope.
 */
export async function stripeThatAnswers(status: number, body: object, found: Record<string, object> = {}) {
  const requests: Seen[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    requests.push({ method, url, headers });
    const answered = { "content-type": "application/json", "request-id": "req_1" };
    const object = found[url ?? ""];
    response.writeHead(object ? 200 : status, answered).end(JSON.stringify(object ?? body));
  });
  return { url: await listen(server), requests, [Symbol.asyncDispose]: () => stop(server) };
}

/** A Stripe that takes requests and never answers; it stops at the end of its scope. */
export async function stripeThatSleeps() {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }) => {
    asked.push(url);
  });
  return { url: await listen(server), asked, [Symbol.asyncDispose]: () => stop(server) };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
