import { withLock } from "../dynamodb/lock.ts";
import { StripeRequestFailed, stripeRequestFailed } from "../errors.ts";
import { troubleWithStripe } from "../utilities/stripe_errors.ts";
import { EndpointsChanged } from "./registered_endpoints.ts";

/** How the Space's webhook endpoints are; `unreachable`: Stripe cannot post to our address, so there are none. */
export type EndpointsState =
  | { state: "registered" }
  | { state: "none" }
  | { state: "unreachable" }
  | { state: "trouble"; trouble: StripeRequestFailed };

/** Who holds it, of a Space, changes its endpoints or the secrets that its URL takes. */
export const ENDPOINTS_LOCK = "stripe_webhook_endpoint";

const underWay = (): StripeRequestFailed => stripeRequestFailed("under_way");

/** Changes a Space's endpoints, one at a time; what Stripe refuses becomes its state. */
export async function withEndpointsLock(
  space: string,
  change: () => Promise<EndpointsState>,
): Promise<EndpointsState> {
  try {
    const state = await withLock(space, ENDPOINTS_LOCK, change);
    return state ?? { state: "trouble", trouble: underWay() };
  } catch (error) {
    const trouble = error instanceof EndpointsChanged ? underWay() : troubleWithStripe(error, space);
    if (trouble instanceof StripeRequestFailed) return { state: "trouble", trouble };
    throw error;
  }
}
