import { createCheckout } from "../../lib/checkouts/create_checkout.ts";
import { getMarketplace } from "../../lib/marketplaces/get_marketplace.ts";
import { findOrder } from "../../lib/orders/find_order.ts";
import { ORDER_STATUSES, type Order } from "../../lib/orders/order.ts";
import { timelineOf } from "../../lib/orders/timeline_of.ts";
import { endConnection } from "../../lib/stripe_account/end_connection.ts";
import { control } from "./simulator.ts";
import { aSpace, type TestSpace } from "./spaces.ts";

/** An open Order of the Space's first Marketplace, with its Checkout Session: 50.00 and 4.00 delivery. */
export async function anOrder(space: TestSpace, currency = "usd"): Promise<Order> {
  const { room, marketplace } = space.first;
  return await createCheckout(
    await getMarketplace({ space: space.space, room, marketplace }),
    {
      line_items: [{ name: "Bread", unit_amount: 2_500, quantity: 2 }],
      delivery_amount: 400,
      tax_amount: 0,
      currency,
      success_url: "https://shop.example/thanks",
      cancel_url: "https://shop.example/cart",
    },
    undefined,
  );
}

/** An Order that is open, of a Space whose Marketplaces have been disconnected since. */
export async function anOrderLeftOpen(): Promise<{ space: TestSpace; order: Order }> {
  const space = await aSpace();
  const order = await anOrder(space);
  for (const { room, marketplace } of [space.first, space.second]) {
    const connected = await getMarketplace({ space: space.space, room, marketplace });
    const end = { by: "us", actor: "a test", stays: false } as const;
    await endConnection(connected, connected.stripe_account ?? "", end);
  }
  return { space, order };
}

type BuyersAction = "pay" | "decline" | "pay_later" | "bank_pays" | "bank_refuses" | "expire";

/** What the buyer, or later the buyer's bank, does at Stripe. */
export async function atStripe(space: TestSpace, action: BuyersAction, session: string): Promise<void> {
  await control(space, `checkout_sessions/${session}`, { action });
}

/** Sets the weather at Stripe, for this Space's account only. */
export async function weather(
  space: TestSpace,
  facts: Record<string, boolean | number | string>,
): Promise<void> {
  await control(space, "weather", facts);
}

/** The Order as it is now, with the names of its timeline's entries, but for those about its money. */
export async function orderNow({ marketplace, id }: Order) {
  const order = await findOrder(marketplace, id);
  if (!order) throw new Error("there is no such Order");
  const timeline = await timelineOf(order);
  return { ...order, entries: timeline.map(({ entry }) => entry).filter(isOfOrder) };
}

const OF_ORDER: readonly string[] = ["placed", "carried_over", "restored", ...ORDER_STATUSES];
export const isOfOrder = (entry: string): boolean => OF_ORDER.includes(entry);
