import { createHash } from "node:crypto";
import type Stripe from "stripe";
import * as v from "valibot";
import { UserError } from "../../cli/user_error.ts";
import { iso, now } from "../../lib/clock.ts";
import { isUuid } from "../../lib/ids.ts";
import { getMarketplace } from "../../lib/marketplaces/get_marketplace.ts";
import { insertOrder } from "../../lib/orders/insert_order.ts";
import { IntentMetadata } from "../../lib/orders/intent_metadata.ts";
import { moveOrder } from "../../lib/orders/move_order.ts";
import { orderOfSession } from "../../lib/orders/order_of_session.ts";
import { orderState, paymentIntentOf } from "../../lib/orders/order_state.ts";
import { isHandled } from "../../lib/stripe_events/registry.ts";
import { findUtilityOfSpace } from "../../lib/utilities/find_utility_of_space.ts";
import { cachedPlatform } from "../../lib/utilities/platform.ts";
import { newMarketplace, newSpace, type SeedSpace } from "../demo_seed.ts";
import { seedSpace } from "../seed.ts";
import { type Loaded, LoadedEvent, type Loading, StripeObject } from "./load_event.ts";
import { withoutPersons } from "./without_persons.ts";

/** What wrote the Order's timeline. */
const CAUSE = "reproduce";

/** Where an event is delivered again, and what was put there. */
export type Reproduced = { space: string; event: string; objects: number; order: string | undefined };

/**
 * Puts an event and what it is about into the local simulator, with a Space of its own, makes its Order, and has it delivered,
 * signed, as Stripe would. Persons are replaced before anything leaves this process.
 * @param space the name of the local Space; one that is there from before is used again
 * @throws {UserError} for a type that nobody handles: no endpoint subscribes to it, and it would not come; and where the local
 *   Space is of another Stripe
 */
export async function intoLocal(loading: Loading, space: string, simulatorUrl: string): Promise<Reproduced> {
  const { type } = loading.event;
  if (!isHandled(type))
    throw new UserError(
      `Nobody handles ${type}, so it is ignored there, and Stripe does not deliver it here. Write its handler first.`,
    );
  const event = v.parse(LoadedEvent, cleanOf(loading.event));
  const objects = loading.objects.map((each) => ({
    ...each,
    body: v.parse(StripeObject, cleanOf(each.body)),
  }));
  const whose = whoseOf(loading, objects);
  const seed = seedOf(loading, space, whose);
  const utility = await findUtilityOfSpace(seed.space);
  if (utility && utility.stripe_platform_account !== seed.stripeAccount)
    throw new UserError(
      `The local Space ${seed.space} is of ${utility.stripe_platform_account ?? "no Stripe account"}, and the event of ${seed.stripeAccount}: take another name for it: --space.`,
    );
  await seedSpace(seed, simulatorUrl);

  const ask = asked(simulatorUrl, seed.stripeSecretKey);
  // Of an account that was sent something by hand, and is no Vendor here, nothing is needed.
  const isNeeded = ({ body }: Loaded): boolean => body.object !== "account" || body.id === whose.vendor;
  for (const account of new Set([undefined, whose.vendor])) {
    const own = objects
      .filter((each) => each.account === account && isNeeded(each))
      .map(({ body, parent }) => ({ body, ...(parent && { parent }) }));
    await ask("objects", { objects: own }, account);
  }
  for (const { account, currency, available } of loading.available)
    if (available >= 0 && [seed.stripeAccount, whose.vendor].includes(account))
      await ask(`accounts/${account}/balance`, { currency, available });
  const order = await makeOrder(seed, event, objects);

  const { account, ...sent } = event;
  await ask("objects", { objects: [{ body: sent }] }, account);
  await ask(`events/${event.id}/send`, {}, account);
  return { space: seed.space, event: event.id, objects: objects.length, order };
}

const cleanOf = (object: unknown) => withoutPersons(JSON.parse(JSON.stringify(object)));

/** Of the same account, and the same Vendor, always the same, so that another event comes into the same Space. */
function seedOf({ platform }: Loading, space: string, { vendor, marketplace }: Whose): SeedSpace {
  const seller = newMarketplace("Reproduced Vendor", false);
  const id = marketplace ?? uuidOf(`${space} ${platform} ${vendor}`);
  return {
    ...newSpace(space, "Reproduced", [
      { ...seller, marketplace: id, ...(vendor && { stripe_account: vendor }) },
    ]),
    utility: uuidOf(`${space} ${platform}`),
    stripeAccount: platform,
    stripeSecretKey: `sk_test_${hashOf(platform).slice(0, 40)}`,
  };
}

type Whose = { vendor: string | undefined; marketplace: string | undefined };

/** The Vendor and the Marketplace, as far as what was loaded names them. */
function whoseOf({ event }: Loading, objects: Loaded[]): Whose {
  const told = objects.flatMap(({ body }) => {
    const parsed = v.safeParse(Told, body.metadata);
    return parsed.success ? [parsed.output.marketplace] : [];
  });
  const [first] = objects.filter(({ body }) => body.object === "account");
  return { vendor: event.account ?? first?.body.id, marketplace: told[0] };
}

const Told = v.looseObject({ marketplace: v.pipe(v.string(), v.check(isUuid)) });

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const uuidOf = (text: string): string =>
  hashOf(text).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");

/** The simulator's own controls, as the platform, or for an account that is connected to it. */
const asked = (simulatorUrl: string, key: string) => async (path: string, body: object, account?: string) => {
  const response = await fetch(`${simulatorUrl}/simulator/${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      ...(account && { "stripe-account": account }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`the simulator did not take ${path}: ${response.status} ${await response.text()}`);
};

/**
 * The Order of the session, as recovery would make it: open where the event is to bring it on, and else where its session
 * stands, so that the event finds it paid.
 */
async function makeOrder(
  { space, marketplaces }: SeedSpace,
  event: LoadedEvent,
  objects: Loaded[],
): Promise<string | undefined> {
  const id = objects.find(({ body }) => body.object === "checkout.session")?.body.id;
  const [{ room = "", marketplace = "" } = {}] = marketplaces;
  if (!id) return undefined;
  const seller = await getMarketplace({ space, room, marketplace });
  const { stripe, buyers } = await cachedPlatform(space);
  const session = await stripe.checkout.sessions.retrieve(id, { expand: ["payment_intent"] });
  const facts = factsOf(session);
  if (!facts) return undefined;
  const { vendor_account = seller.stripe_account, order: orderId, marketplace: _, ...amounts } = facts;
  const order = orderOfSession(session, seller, buyers, {
    id: orderId,
    currency: session.currency ?? "usd",
    amount_total: session.amount_total ?? 0,
    ...amounts,
    ...(vendor_account && { vendor_account }),
  });
  const at = iso(now());
  await insertOrder(order, CAUSE, {
    at,
    entry: "restored",
    detail: "It was made from what another Stripe has.",
    written_at: at,
  });
  if (!event.type.startsWith("checkout.session."))
    await moveOrder(order, { ...orderState(session, buyers, order), cause: CAUSE, at });
  return order.id;
}

/** Where no intent says what the parts are, all of it is taken for products. */
function factsOf(session: Stripe.Checkout.Session) {
  const told = { ...session.metadata, ...paymentIntentOf(session)?.metadata };
  const all = { product_total: String(session.amount_total ?? 0), delivery_amount: "0", tax_amount: "0" };
  const parsed = v.safeParse(IntentMetadata, { ...all, ...told });
  return parsed.success ? parsed.output : undefined;
}
