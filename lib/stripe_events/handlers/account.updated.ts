import { connectionStatus } from "../../marketplaces/connection_status.ts";
import { soldFor, wakeHeldOrders } from "../../money/wake_held_orders.ts";
import { refreshConnected } from "../../stripe_account/refresh_connected.ts";
import type { Handler } from "../handler.ts";
import { ignored, succeeded } from "../outcome.ts";

/** What Stripe wants of a Vendor, or lets them do, has changed; or they are through with the onboarding. */
export const accountUpdated: Handler<"account.updated"> = async ({ account, space }, { stripe }) => {
  if (!account) return ignored("the platform's own account");
  const marketplaces = await refreshConnected(account, space, stripe);
  // Of Orders that were sold for it, too, where another account is connected now.
  await wakeHeldOrders(space, soldFor(account));
  const [first] = marketplaces;
  if (!first) return ignored(`no Marketplace of this Space uses ${account}`);
  const { status } = connectionStatus(first);
  return succeeded(`${account} is ${status} now`, marketplaces.length === 1 ? first.marketplace : undefined);
};
