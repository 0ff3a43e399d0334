import Stripe from "stripe";
import { configuration } from "./configuration.ts";

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
    ...(once && { httpClient: Stripe.createFetchHttpClient() }),
    ...(base && {
      host: base.hostname,
      port: base.port,
      protocol: base.protocol === "https:" ? "https" : "http",
    }),
  });
}
