import { spaceForwardUrl } from "../urls.ts";
import { loadPlatform } from "../utilities/platform.ts";
import { deleteEndpoint, listEndpoints } from "./endpoints_at_stripe.ts";
import { type EndpointsState, withEndpointsLock } from "./endpoints_state.ts";
import { SERVICE } from "./ensure_endpoints.ts";
import { findRegistered, readRegistered, saveRegistered } from "./registered_endpoints.ts";

/** Deletes the Space's endpoints at Stripe, then forgets them and their secrets: cut off in between, it does so again. */
export async function removeEndpoints(space: string): Promise<EndpointsState> {
  const { endpoints } = await findRegistered(space);
  if (endpoints.length === 0) return { state: "none" };
  return await withEndpointsLock(space, async () => {
    const { stripe } = await loadPlatform(space);
    const registered = await readRegistered(space);
    const known = new Set(registered.endpoints.map(({ id }) => id));
    for (const { id, url } of await listEndpoints(stripe))
      if (known.has(id) || url === spaceForwardUrl(space)) await deleteEndpoint(stripe, id);
    await saveRegistered(space, registered, [], SERVICE, "removed the webhook endpoints, which nothing uses");
    return { state: "none" };
  });
}
