import { soldFor, wakeHeldOrders } from "../../money/wake_held_orders.ts";
import { refreshConnected } from "../../stripe_account/refresh_connected.ts";
import type { Handler } from "../handler.ts";
import { ignored, succeeded } from "../outcome.ts";

/** Stripe lets an account do something, or no more: receive transfers, above all. */
export const capabilityUpdated: Handler<"capability.updated"> = async ({ account, space }, { stripe }) => {
  if (!account) return ignored("the platform's own account");
  const marketplaces = await refreshConnected(account, space, stripe);
  const woken = await wakeHeldOrders(space, soldFor(account));
  if (marketplaces.length === 0 && woken === 0)
    return ignored(`no Marketplace of this Space uses ${account}`);
  return succeeded(
    `${account} was looked at, and ${woken} of its Orders on hold are looked at again`,
    marketplaces.length === 1 ? marketplaces[0]?.marketplace : undefined,
  );
};
