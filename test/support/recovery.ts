import type Stripe from "stripe";
import { after, now } from "../../lib/clock.ts";
import type { Pass } from "../../lib/recovery/pass.ts";
import { findRecovery } from "../../lib/spaces/recovery.ts";
import { stripeClient } from "../../lib/stripe_client.ts";
import { loadPlatform } from "../../lib/utilities/platform.ts";
import { nowS } from "./events.ts";
import { anOrder, atStripe } from "./orders.ts";
import { control } from "./simulator.ts";
import type { TestSpace } from "./spaces.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A time so long ago, as the recovery's row has it. */
export const ago = (ms: number): string =>
  new Date(Math.floor((Date.now() - ms) / 1000) * 1000).toISOString();

/**
 * A part's share of a pass over the Space, without the pace that spares a real account.
 * @param since how long the Space has had its key, in ms
 */
export async function aPass(
  { space, stripeAccount }: TestSpace,
  { since = DAY_MS, until = after(now(), 20_000) } = {},
): Promise<Pass> {
  const platform = await loadPlatform(space);
  const utility = { ...platform.utility, stripe_platform_since: ago(since) };
  const recovery = (await findRecovery(space)) ?? {
    space,
    account: stripeAccount,
    livemode: false,
    events: [],
  };
  return { space, platform: { ...platform, utility }, recovery, until, turn: async () => {} };
}

/** An Order that was paid so long ago, of which Stripe could tell nobody: the test service has no address. */
export async function anUnheardPayment(space: TestSpace, ms = 0) {
  const order = await anOrder(space);
  await atStripe(space, "pay", order.checkout_session);
  const event = await eventAbout(space, order.checkout_session);
  await control(space, `events/${event.id}`, { created: nowS() - ms / 1000 });
  return { order, event: event.id };
}

async function eventAbout({ stripeSecretKey }: TestSpace, session: string): Promise<Stripe.Event> {
  for await (const event of stripeClient(stripeSecretKey).events.list({ type: "checkout.session.completed" }))
    if ("id" in event.data.object && event.data.object.id === session) return event;
  throw new Error("Stripe has no such event");
}
