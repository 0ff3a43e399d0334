import Stripe from "stripe";
import { handledTypes } from "../stripe_events/registry.ts";
import { isUpToDate, listEndpoints } from "../stripe_webhook_endpoints/endpoints_at_stripe.ts";
import { isReachable } from "../stripe_webhook_endpoints/reachable.ts";
import { findRegistered, isActive } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import type { Platform } from "../utilities/platform.ts";
import type { Result } from "./finding.ts";

/** Whether the Space's endpoints are at Stripe, switched on, and hear every type that is handled. */
export async function checkEndpoints(space: string, { stripe }: Platform): Promise<Result> {
  if (!isReachable())
    return {
      state: "unknown",
      message: "Stripe cannot reach this address, so there are none. Let the `stripe listen` line above run.",
    };
  const endpoints = (await findRegistered(space)).endpoints.filter(isActive);
  if (![true, false].every((connect) => endpoints.some((endpoint) => endpoint.connect === connect)))
    return {
      state: "bad",
      message:
        "Not all are registered. Connecting does it, or a member with `Register endpoints` on the page of the Stripe Utility.",
    };
  try {
    const atStripe = new Map((await listEndpoints(stripe)).map((endpoint) => [endpoint.id, endpoint]));
    const wrong = endpoints.filter(({ id }) => {
      const endpoint = atStripe.get(id);
      return !endpoint || !isUpToDate(endpoint, space);
    });
    if (wrong.length === 0)
      return {
        state: "good",
        message: `They are switched on, and hear ${handledTypes.length} types of events.`,
      };
    return {
      state: "bad",
      message: `${wrong.map(({ id }) => id).join(", ")} at Stripe is gone, switched off or hears the wrong types. A member can press \`Check endpoints\` on the page of the Stripe Utility.`,
    };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError)
      return { state: "unknown", message: "Stripe does not answer. Check again in a minute." };
    throw error;
  }
}
