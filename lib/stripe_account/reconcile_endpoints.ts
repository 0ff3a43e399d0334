import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { pendingOrders, UNFINISHED } from "../orders/pending_orders.ts";
import type { EndpointsState } from "../stripe_webhook_endpoints/endpoints_state.ts";
import { ensureEndpoints } from "../stripe_webhook_endpoints/ensure_endpoints.ts";
import { removeEndpoints } from "../stripe_webhook_endpoints/remove_endpoints.ts";
import { linkedAccount } from "./refresh_account.ts";

/**
 * Registers the Space's webhook endpoints while something needs them, and removes them when nothing does: a Marketplace
 * that is connected, or an Order that Stripe's events have yet to finish.
 */
export async function reconcileEndpoints(space: string): Promise<EndpointsState> {
  return (await areNeeded(space)) ? await ensureEndpoints(space) : await removeEndpoints(space);
}

async function areNeeded(space: string): Promise<boolean> {
  const marketplaces = await listMarketplaces(space);
  if (marketplaces.some(linkedAccount)) return true;
  for (const { marketplace } of marketplaces)
    if ((await pendingOrders(marketplace, UNFINISHED)).length > 0) return true;
  return false;
}
