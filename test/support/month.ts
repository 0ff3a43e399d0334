import type Stripe from "stripe";
import { vi } from "vitest";
import { handler as dispatch } from "../../functions/stripe_events/dispatch.ts";
import { limitConcurrency } from "../../lib/async/limit_concurrency.ts";
import { createCheckout } from "../../lib/checkouts/create_checkout.ts";
import { after, now, toSeconds } from "../../lib/clock.ts";
import { getMarketplace } from "../../lib/marketplaces/get_marketplace.ts";
import { settleDue } from "../../lib/money/settle_due.ts";
import type { Order } from "../../lib/orders/order.ts";
import { isHandled } from "../../lib/stripe_events/registry.ts";
import { retryDue } from "../../lib/stripe_events/retry_due.ts";
import { cachedPlatform } from "../../lib/utilities/platform.ts";
import { post } from "./deliveries.ts";
import { withoutEndpoints } from "./endpoints.ts";
import { sign } from "./events.ts";
import { type Basket, everyOne } from "./month_stories.ts";
import type { Numbers } from "./numbers.ts";
import { atStripe } from "./orders.ts";
import { PATIENCE_MS } from "./patience.ts";
import { insertRecord } from "./records.ts";
import { aContext } from "./requests.ts";
import { control } from "./simulator.ts";
import type { TestSpace } from "./spaces.ts";

const DAY_S = 24 * 60 * 60;

/** Whatever people and banks do at once; and what the stream of the events table hands over at once. */
const AT_ONCE = 8;
const BATCH = 25;

/**
 * Days of a Space in which Stripe's time and ours go on together. Stripe's events come through the functions that receive
 * and dispatch them, a day's in any order and some of them twice; then what is due has its turn.
 */
export async function aMonth(space: TestSpace, numbers: Numbers) {
  const { stripe } = await cachedPlatform(space.space);
  const accounts = space.marketplaces.flatMap(({ stripe_account }) => stripe_account ?? []);
  const heard = new Set<string>();
  // Its events are taken from Stripe's list, so that their order is the seed's.
  await withoutEndpoints(space);
  vi.useFakeTimers({ toFake: ["Date"], shouldAdvanceTime: true });

  async function newEvents(account?: string): Promise<Stripe.Event[]> {
    const created = { gte: toSeconds(now()) - DAY_S - 3_600 };
    const events = await everyOne(
      stripe.events.list({ limit: 100, created }, account ? { stripeAccount: account } : {}),
    );
    return events
      .filter(({ id, type }) => isHandled(type) && !heard.has(id))
      .map((event) => (account ? { ...event, account } : event));
  }

  /** @returns how many there were */
  async function deliverNew(): Promise<number> {
    const events = (await Promise.all([newEvents(), ...accounts.map(newEvents)])).flat();
    const shuffled = numbers.shuffled(events);
    for (const { id } of events) heard.add(id);
    for (let first = 0; first < shuffled.length; first += BATCH)
      await deliver(shuffled.slice(first, first + BATCH));
    return events.length;
  }

  async function deliver(events: Stripe.Event[]): Promise<void> {
    await Promise.all([...events, ...events.filter(() => numbers.next() < 0.1)].map(receive));
    const Records = await Promise.all(events.map(({ id }) => insertRecord(space, id)));
    await dispatch({ Records }, aContext());
  }

  async function receive(event: Stripe.Event): Promise<void> {
    const { room, marketplace, webhookSecret } = space.first;
    const body = JSON.stringify(event);
    const { statusCode } = await post({
      space: space.space,
      room,
      marketplace,
      body,
      signature: sign(body, webhookSecret),
    });
    if (statusCode !== 200) throw new Error(`${event.type} was answered ${statusCode}`);
  }

  return {
    stripe,
    /** A day passes. */
    async dawn(): Promise<void> {
      await control(space, "clock", { advance_s: DAY_S });
      vi.setSystemTime(after(now(), DAY_S * 1_000));
    },
    /** All that happens in a day, several at once. */
    async happen(all: (() => Promise<unknown>)[]): Promise<void> {
      const inTurn = limitConcurrency(AT_ONCE);
      await Promise.all(all.map((each) => inTurn(each)));
    },
    /** What Stripe tells of the day, what is due, and what Stripe tells of that. */
    async handleAll(): Promise<void> {
      await deliverNew();
      await retryDue(after(now(), PATIENCE_MS));
      await settleDue(after(now(), PATIENCE_MS));
      while ((await deliverNew()) > 0);
    },
    /** Somebody buys, and pays. */
    async sell(
      { room, marketplace }: TestSpace["first"],
      { unit_amount, quantity, delivery, tax }: Basket,
    ): Promise<Order> {
      const order = await createCheckout(
        await getMarketplace({ space: space.space, room, marketplace }),
        {
          line_items: [{ name: "Sourdough bread", unit_amount, quantity }],
          delivery_amount: delivery,
          tax_amount: tax,
          currency: "usd",
          success_url: "https://shop.example/thanks",
          cancel_url: "https://shop.example/cart",
        },
        undefined,
      );
      await atStripe(space, "pay", order.checkout_session);
      return order;
    },
    async chargeOf({ checkout_session }: Order): Promise<string> {
      const { payment_intent } = await stripe.checkout.sessions.retrieve(checkout_session, {
        expand: ["payment_intent"],
      });
      return String(typeof payment_intent === "object" ? payment_intent?.latest_charge : undefined);
    },
    /** All that an account's balance was changed by. */
    ledger: (account?: string): Promise<Stripe.BalanceTransaction[]> =>
      everyOne(stripe.balanceTransactions.list({ limit: 100 }, account ? { stripeAccount: account } : {})),
  };
}
