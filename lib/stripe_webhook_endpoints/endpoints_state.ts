import { withLock } from "../dynamodb/lock.ts";
import { StripeRequestFailed } from "../errors.ts";
import { troubleWithStripe } from "../utilities/stripe_errors.ts";
import { EndpointsChanged } from "./registered_endpoints.ts";

/** How the Space's webhook endpoints are; `unreachable`: Stripe cannot post to our address, so there are none. */
export type EndpointsState =
  | { state: "registered" }
  | { state: "none" }
  | { state: "unreachable" }
  | { state: "trouble"; trouble: StripeRequestFailed };

const underWay = (): StripeRequestFailed =>
  new StripeRequestFailed(
    409,
    "under_way",
    "Somebody else is changing the webhook endpoints at this moment. Try again in a minute.",
  );

/** Changes a Space's endpoints, one at a time; what Stripe refuses becomes its state. */
export async function withEndpointsLock(
  space: string,
  change: () => Promise<EndpointsState>,
): Promise<EndpointsState> {
  try {
    const state = await withLock(space, "stripe_webhook_endpoint", change);
    return state ?? { state: "trouble", trouble: underWay() };
  } catch (error) {
    const trouble = error instanceof EndpointsChanged ? underWay() : troubleWithStripe(error, space);
    if (trouble instanceof StripeRequestFailed) return { state: "trouble", trouble };
    throw error;
  }
}
