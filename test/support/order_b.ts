import type Stripe from "stripe";
import { createCheckout } from "../../lib/checkouts/create_checkout.ts";
import { getMarketplace } from "../../lib/marketplaces/get_marketplace.ts";
import { settle } from "../../lib/money/settle.ts";
import { findOrder } from "../../lib/orders/find_order.ts";
import { movementsOf } from "../../lib/orders/movement.ts";
import type { Order } from "../../lib/orders/order.ts";
import { followCheckoutSession } from "../../lib/stripe_events/follow_checkout_session.ts";
import { cachedPlatform } from "../../lib/utilities/platform.ts";
import { contextOf, handled } from "./handled_event.ts";
import { atStripe, weather } from "./orders.ts";
import { control } from "./simulator.ts";
import { aSpace, type TestSpace } from "./spaces.ts";

const DAY_S = 24 * 60 * 60;

type Sold = { unit_amount?: number; quantity?: number; delivery?: number; tax?: number; currency?: string };

/**
 * The Order that the docs go by, not paid yet: products 13.00, delivery 5.00, tax 0.90; Stripe's fee will be 0.85, and the
 * Vendor's share 12.15. With what a buyer, a bank, a Vendor and time can do to it.
 */
export async function orderB(sold: Sold = {}, inSpace?: TestSpace) {
  const space = inSpace ?? (await aSpace());
  await weather(space, { late_fee: false });
  const { unit_amount = 650, quantity = 2, delivery = 500, tax = 90, currency = "usd" } = sold;
  const { room, marketplace } = space.first;
  const order = await createCheckout(
    await getMarketplace({ space: space.space, room, marketplace }),
    {
      line_items: [{ name: "Sourdough bread", unit_amount, quantity }],
      delivery_amount: delivery,
      tax_amount: tax,
      currency,
      success_url: "https://shop.example/thanks",
      cancel_url: "https://shop.example/cart",
    },
    undefined,
  );
  const { stripe } = await cachedPlatform(space.space);
  const asVendor = { stripeAccount: order.vendor_account ?? "" };
  const now = async (): Promise<Order> => {
    const current = await findOrder(order.marketplace, order.id);
    if (!current) throw new Error("the Order is gone");
    return current;
  };
  const charge = async (): Promise<string> => (await now()).charge ?? (await chargeAtStripe());
  const chargeAtStripe = async (): Promise<string> => {
    const session = await stripe.checkout.sessions.retrieve(order.checkout_session, {
      expand: ["payment_intent"],
    });
    const intent = session.payment_intent;
    return String(typeof intent === "object" ? intent?.latest_charge : undefined);
  };

  return {
    space,
    order,
    stripe,
    asVendor,
    now,
    charge,
    movements: async () => await movementsOf(order),
    /** The buyer pays, and Stripe's event is handled. */
    async pay() {
      await atStripe(space, "pay", order.checkout_session);
      await this.tell();
    },
    /** The event of its checkout is handled, once more. */
    tell: async () =>
      await followCheckoutSession(
        handled(space, "checkout.session.completed", order.checkout_session),
        await contextOf(space),
      ),
    /** @returns how it stands then, `on_hold: vendor_balance` for one */
    async settle(): Promise<string> {
      const { split } = await settle(order);
      return split?.reason ? `${split.status}: ${split.reason}` : String(split?.status);
    },
    /** What the Vendor holds of this Order, by Stripe's own list of transfers. */
    async net(): Promise<number> {
      const { data } = await stripe.transfers.list({ transfer_group: order.id, limit: 100 });
      return data
        .filter(({ destination }) => destination === order.vendor_account)
        .reduce((net, { amount, amount_reversed }) => net + amount - amount_reversed, 0);
    },
    /** What was paid and sent becomes available. */
    pass: async (days = 3) => {
      await control(space, "clock", { advance_s: days * DAY_S });
    },
    refund: async (amount?: number, metadata: Record<string, string> = {}): Promise<Stripe.Refund> =>
      await stripe.refunds.create({ charge: await charge(), metadata, ...(amount && { amount }) }),
    /** Somebody sends the Vendor more, in Stripe's dashboard. */
    sendByHand: async (amount: number): Promise<unknown> =>
      await stripe.transfers.create({
        amount,
        currency: "usd",
        destination: order.vendor_account ?? "",
        source_transaction: await charge(),
      }),
    /** Somebody takes a part of what was sent back, in Stripe's dashboard. */
    takeBackByHand: async (amount: number): Promise<unknown> => {
      const [sent] = await movementsOf(order);
      return await stripe.transfers.createReversal(sent?.stripe ?? "", { amount });
    },
    turnRefund: (refund: string, what: "succeed" | "fail") =>
      control(space, `refunds/${refund}`, { do: what }),
    dispute: async (wanted: { amount?: number; inquiry?: true } = {}): Promise<Stripe.Dispute> =>
      await control(space, `charges/${await charge()}/dispute`, wanted),
    bank: (dispute: string, what: "win" | "lose" | "return" | "close", amount?: number) =>
      control(space, `disputes/${dispute}`, { do: what, ...(amount && { amount }) }),
    failLate: async () => await control(space, `charges/${await charge()}`, { do: "fail_late" }),
    vendorHas: (available: number) =>
      control(space, `accounts/${order.vendor_account}/balance`, { available, currency: "usd" }),
    platformHas: (available: number) =>
      control(space, `accounts/${space.stripeAccount}/balance`, { available, currency: "usd" }),
  };
}

export type OrderB = Awaited<ReturnType<typeof orderB>>;

/** Order B, paid and shared, with the Vendor's money at hand. */
export async function sharedOrderB(sold?: Sold): Promise<OrderB> {
  const order = await orderB(sold);
  await order.pay();
  await order.pass();
  return order;
}
