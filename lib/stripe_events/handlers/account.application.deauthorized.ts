import { refreshConnected } from "../../stripe_account/refresh_connected.ts";
import type { Handler } from "../handler.ts";
import { ignored, succeeded } from "../outcome.ts";

/**
 * A Vendor removed the platform in Stripe's dashboard, or we did. The event's object is the application; whose account
 * it was stands beside it, and whether it is still so, Stripe is asked: they may have connected again since.
 */
export const accountApplicationDeauthorized: Handler<"account.application.deauthorized"> = async (
  { account, space },
  { stripe },
) => {
  if (!account) return ignored("it names no account");
  const marketplaces = await refreshConnected(account, space, stripe);
  const [first] = marketplaces;
  if (!first) return ignored(`no Marketplace of this Space uses ${account}`);
  const one = marketplaces.length === 1 ? first.marketplace : undefined;
  return marketplaces.some(({ stripe_account }) => stripe_account === account)
    ? succeeded(`${account} is connected still, or again`, one)
    : succeeded(`${account} is connected no more`, one);
};
