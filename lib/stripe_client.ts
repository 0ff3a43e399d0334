import Stripe from "stripe";
import { now } from "./clock.ts";
import { configuration } from "./configuration.ts";
import { collectMetric, log } from "./log.ts";

/**
 * The one place where a Stripe client is made; its API version is the one the SDK is made for.
 * 8 s a try and one more try keep a caller's answer within API Gateway's 30 s.
 * @param once sends each request a single time. Without retries, the SDK's client on `node:http` still repeats what a
 *   closed connection cut off; its client on `fetch` does not.
 */
export function stripeClient(apiToken: string, { once = false } = {}): Stripe {
  const base = configuration.stripeApiBase;
  return new Stripe(apiToken, {
    maxNetworkRetries: once ? 0 : 1,
    timeout: 8_000,
    telemetry: false,
    httpClient: measured(once ? Stripe.createFetchHttpClient() : Stripe.createNodeHttpClient()),
    ...(base && {
      host: base.hostname,
      port: base.port,
      protocol: base.protocol === "https:" ? "https" : "http",
    }),
  });
}

type HttpClient = NonNullable<NonNullable<ConstructorParameters<typeof Stripe>[1]>["httpClient"]>;

/** The same client, which has CloudWatch know of each try how long Stripe took to answer, and what it refused. */
function measured(client: HttpClient): HttpClient {
  const ask = client.makeRequest.bind(client);
  client.makeRequest = async (...request) => {
    const [, , path, method] = request;
    const began = now().getTime();
    const answer = await ask(...request).catch((error: unknown) => {
      noteTry(began, method, path, { status: 0 });
      throw error;
    });
    const { "request-id": id } = answer.getHeaders();
    noteTry(began, method, path, { status: answer.getStatusCode(), request_id: id?.toString() });
    return answer;
  };
  return client;
}

/** @param status that of HTTP; 0 where there was no answer */
function noteTry(
  began_ms: number,
  method: string,
  path: string,
  answer: { status: number; request_id?: string | undefined },
): void {
  collectMetric("StripeMs", now().getTime() - began_ms);
  const { status } = answer;
  const metric =
    status === 429 ? "StripeRateLimited" : status === 0 || status >= 500 ? "StripeFailed" : undefined;
  // What is looked for may be somebody's address, and is in the query.
  if (metric)
    log.warn("Stripe did not do it", { method, path: path.replace(/\?.*/, ""), ...answer }, { [metric]: 1 });
}
