import { stripeRequestFailed } from "../errors.ts";
import { loadPlatform } from "../utilities/platform.ts";
import { createEndpoint } from "./endpoints_at_stripe.ts";
import { type EndpointsState, withEndpointsLock } from "./endpoints_state.ts";
import { isActive, readRegistered, saveRegistered } from "./registered_endpoints.ts";

/**
 * Puts a new endpoint, with a new secret, beside each of the Space's. Both secrets live, and each event comes twice and
 * is stored once, until the new one has verified an event; see finish_rotation.ts. Earlier ones, which are retired, stay as
 * they are.
 */
export async function rotateEndpoints(space: string, actor: string): Promise<EndpointsState> {
  return await withEndpointsLock(space, async () => {
    const { stripe, utility } = await loadPlatform(space);
    let registered = await readRegistered(space);
    const old = registered.endpoints.filter(isActive);
    if (old.length === 0) throw stripeRequestFailed("no_endpoints");
    if (old.some(({ replaces }) => replaces)) throw stripeRequestFailed("rotation_under_way");
    for (const { id, connect } of old) {
      const { stripe_platform_account: account = "" } = utility;
      const created = { ...(await createEndpoint(stripe, space, account, connect)), replaces: id };
      registered = await saveRegistered(
        space,
        registered,
        [...registered.endpoints, created],
        actor,
        `began to replace the webhook endpoint ${id} by ${created.id}`,
      );
    }
    return { state: "registered" };
  });
}
