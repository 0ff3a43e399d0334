import Stripe from "stripe";
import { buyerKey } from "../buyers/buyer_key.ts";
import { stripeRequestFailed } from "../errors.ts";
import { findSeller } from "../marketplaces/find_seller.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { findOrderOfIntent } from "../orders/find_order_of_intent.ts";
import type { Order } from "../orders/order.ts";
import { ordersOfBuyer } from "../orders/orders_of_buyer.ts";
import { placesOf } from "../stripe_account/connected_account.ts";
import { findEvent } from "../stripe_events/get_event.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import { findUtilityOfSpace } from "../utilities/find_utility_of_space.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { findOrderInSpace } from "./find_order_in_space.ts";
import { orderAtStripe } from "./order_at_stripe.ts";
import type { PastedId } from "./pasted_id.ts";

/** Something of a Space that an id leads to. */
export type Found =
  | { kind: "order"; order: Order; marketplace: Marketplace }
  | { kind: "stripe_event"; event: StoredEvent }
  | { kind: "marketplace"; marketplace: Marketplace }
  | { kind: "utility"; utility: StripeUtility };

/**
 * What of a Space an id leads to, or a buyer's address. It reads what it finds, however much there is: an id of ours is a key,
 * so is the hash of an address, and what is Stripe's is asked for there.
 * @throws {StripeRequestFailed}
 */
export async function searchSpace(space: string, { kind, id }: PastedId): Promise<Found[]> {
  switch (kind) {
    case "order":
      return await asFound(await findOrderInSpace(space, id));
    case "buyer":
      return await ofBuyer(space, id);
    case "marketplace":
      return (await listMarketplaces(space))
        .filter(({ marketplace }) => marketplace === id)
        .map((marketplace) => ({ kind, marketplace }));
    case "evt": {
      const event = await findEvent(space, id);
      return event ? [{ kind: "stripe_event", event }] : [];
    }
    case "acct":
      return await ofAccount(space, id);
    case "pi":
      return await asFound((await findOrderOfIntent(id, space)) ?? (await askStripe(space, id)));
    default:
      return await asFound(await askStripe(space, id));
  }
}

async function askStripe(space: string, id: string): Promise<Order | undefined> {
  return await withStripeErrors(space, async () => {
    const { stripe } = await cachedPlatform(space);
    try {
      return await orderAtStripe(stripe, space, id);
    } catch (error) {
      if (error instanceof Stripe.errors.StripePermissionError)
        throw stripeRequestFailed(
          "stripe_key_restricted",
          `It may not read ${id}. A member can save one that may, on the page of its Stripe Utility.`,
        );
      throw error;
    }
  });
}

async function asFound(order: Order | undefined): Promise<Found[]> {
  const marketplace = order && (await findSeller(order));
  return order && marketplace ? [{ kind: "order", order, marketplace }] : [];
}

/** As many of a buyer's Orders as an answer has, the newest. */
export const MAX_ORDERS = 100;

async function ofBuyer(space: string, address: string): Promise<Found[]> {
  const secret = (await findUtilityOfSpace(space))?.buyer_secret;
  const orders = secret ? await ordersOfBuyer(buyerKey(secret, address), MAX_ORDERS) : [];
  if (orders.length === 0) return [];
  const marketplaces = await listMarketplaces(space);
  return orders.flatMap((order) => {
    const marketplace = marketplaces.find((each) => each.marketplace === order.marketplace);
    return marketplace ? [{ kind: "order" as const, order, marketplace }] : [];
  });
}

/** The Marketplaces that a Vendor's account is connected to, or the Utility with the Space's own. */
async function ofAccount(space: string, account: string): Promise<Found[]> {
  const [utility, places, marketplaces] = await Promise.all([
    findUtilityOfSpace(space),
    placesOf(account),
    listMarketplaces(space),
  ]);
  const ids = new Set(places.filter((place) => place.space === space).map(({ marketplace }) => marketplace));
  const theirs = marketplaces.filter(({ marketplace }) => ids.has(marketplace));
  return [
    ...(utility?.stripe_platform_account === account ? [{ kind: "utility" as const, utility }] : []),
    ...theirs.map((marketplace) => ({ kind: "marketplace" as const, marketplace })),
  ];
}
