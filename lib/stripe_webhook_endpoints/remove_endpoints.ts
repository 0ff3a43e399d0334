import { iso, now } from "../clock.ts";
import { loadPlatform } from "../utilities/platform.ts";
import { listEndpoints } from "./endpoints_at_stripe.ts";
import { type EndpointsState, withEndpointsLock } from "./endpoints_state.ts";
import { findRegistered, isActive, readRegistered, SERVICE, saveRegistered } from "./registered_endpoints.ts";
import { removeSuperfluous } from "./remove_superfluous.ts";

/**
 * Retires the Space's endpoints, which nothing needs, and removes each, with its secret, when it has nothing left to deliver.
 * Any number of times; cut off anywhere, the next time does the rest.
 */
export async function removeEndpoints(space: string): Promise<EndpointsState> {
  const { endpoints } = await findRegistered(space);
  if (endpoints.length === 0) return { state: "none" };
  return await withEndpointsLock(space, async () => {
    const { stripe } = await loadPlatform(space);
    let registered = await readRegistered(space);
    if (registered.endpoints.some(isActive)) {
      const retired = registered.endpoints.map(({ replaces: _, ...endpoint }) => ({
        ...endpoint,
        retired_at: endpoint.retired_at ?? iso(now()),
      }));
      const what = "retired the webhook endpoints, which nothing uses";
      registered = await saveRegistered(space, registered, retired, SERVICE, what);
    }
    await removeSuperfluous(space, stripe, registered, await listEndpoints(stripe));
    return { state: "none" };
  });
}
