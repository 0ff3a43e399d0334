import Stripe from "stripe";
import { handledTypes } from "../stripe_events/registry.ts";
import { spaceForwardUrl } from "../urls.ts";
import { loadPlatform, type Platform } from "../utilities/platform.ts";
import { createEndpoint, isUpToDate, listEndpoints } from "./endpoints_at_stripe.ts";
import { type EndpointsState, withEndpointsLock } from "./endpoints_state.ts";
import { isReachable } from "./reachable.ts";
import { isActive, readRegistered, SERVICE, saveRegistered } from "./registered_endpoints.ts";
import { removeSuperfluous } from "./remove_superfluous.ts";

/**
 * Sees that the Space's two webhook endpoints are in the Distributor's account, as they should be: one for the platform's
 * events, one for the connected accounts'. Any number of times; cut off anywhere, the next time does the rest.
 * @param actor for the audit; null keeps it out.
 */
export async function ensureEndpoints(
  space: string,
  actor: string | null = SERVICE,
): Promise<EndpointsState> {
  if (!isReachable()) return { state: "unreachable" };
  return await withEndpointsLock(space, async () => {
    await ensure(space, await loadPlatform(space), actor);
    return { state: "registered" };
  });
}

async function ensure(space: string, { stripe, utility }: Platform, actor: string | null): Promise<void> {
  const { stripe_platform_account: account = "" } = utility;
  let registered = await readRegistered(space);
  const atStripe = new Map((await listEndpoints(stripe)).map((endpoint) => [endpoint.id, endpoint]));

  // Deleted there by somebody, or in an account, or a mode, that this key is not of.
  const kept = registered.endpoints.filter(({ id, whsec }) => atStripe.has(id) && whsec);
  if (kept.length < registered.endpoints.length)
    registered = await saveRegistered(
      space,
      registered,
      kept,
      actor,
      "forgot webhook endpoints that are gone",
    );

  for (const { id, connect, retired_at } of kept) {
    const endpoint = atStripe.get(id);
    if (!endpoint) continue;
    if (!isUpToDate(endpoint, space))
      await stripe.webhookEndpoints.update(id, {
        url: spaceForwardUrl(space),
        enabled_events: handledTypes,
        disabled: false,
      });
    // A version cannot be changed: an endpoint of the right one takes its place, as in a rotation.
    const isReplaced = kept.some(({ replaces }) => replaces === id);
    if (endpoint.api_version !== Stripe.API_VERSION && !isReplaced && !retired_at) await add(connect, id);
  }
  for (const connect of [false, true]) {
    const ofKind = registered.endpoints.filter((endpoint) => endpoint.connect === connect);
    const newest = ofKind.at(-1);
    if (!newest) await add(connect);
    else if (!ofKind.some(isActive)) await takeBack(newest.id);
  }
  await removeSuperfluous(space, stripe, registered, atStripe.values());

  /** It was retired when nothing needed it, and something does again. */
  async function takeBack(id: string): Promise<void> {
    const endpoints = registered.endpoints.map(({ retired_at, ...endpoint }) => ({
      ...endpoint,
      ...(retired_at && endpoint.id !== id && { retired_at }),
    }));
    const what = `took the webhook endpoint ${id} into use again`;
    registered = await saveRegistered(space, registered, endpoints, actor, what);
  }

  /** Saved at once: what Stripe tells of a secret, it tells once. */
  async function add(connect: boolean, replaces?: string): Promise<void> {
    const created = {
      ...(await createEndpoint(stripe, space, account, connect)),
      ...(replaces && { replaces }),
    };
    const what = `registered the webhook endpoint ${created.id}${replaces ? ` in place of ${replaces}` : ""}`;
    registered = await saveRegistered(space, registered, [...registered.endpoints, created], actor, what);
  }
}
