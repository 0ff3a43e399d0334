import Stripe from "stripe";
import { configuration } from "./configuration.ts";

/**
 * The one place where a Stripe client is made; its API version is the one the SDK is made for.
 * 8 s a try and one more try keep a caller's answer within API Gateway's 30 s.
 */
export function stripeClient(apiToken: string): Stripe {
  const base = configuration.stripeApiBase;
  return new Stripe(apiToken, {
    maxNetworkRetries: 1,
    timeout: 8_000,
    telemetry: false,
    ...(base && {
      host: base.hostname,
      port: base.port,
      protocol: base.protocol === "https:" ? "https" : "http",
    }),
  });
}
