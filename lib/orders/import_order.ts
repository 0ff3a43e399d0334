import Stripe from "stripe";
import { ulid } from "ulid";
import type { Buyers } from "../buyers/buyers.ts";
import { iso, now } from "../clock.ts";
import { httpError, type StripeRequestFailed, stripeRequestFailed } from "../errors.ts";
import { isUlid, isUuid } from "../ids.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { type Amounts, checkoutToImport } from "./checkout_to_import.ts";
import { findOrder } from "./find_order.ts";
import type { ImportOrderRequest } from "./import_order_request.ts";
import { moveOrder } from "./move_order.ts";
import type { Order } from "./order.ts";
import { orderOfSession } from "./order_of_session.ts";
import { orderState } from "./order_state.ts";
import { findImportedOrder, IMPORT_CAUSE, placeImportedOrder } from "./place_imported_order.ts";
import { tagSession, tellIntent } from "./tag_stripe_objects.ts";

type ImportedOrder = { order: Order; isNew: boolean };

/**
 * Takes over an Order that was begun elsewhere: its buyer was sent to a Checkout Session of the Space's platform account,
 * and may still pay there, or has.
 *
 * The Order comes first, in one write with the fact that its session is carried over, so of any number of requests one
 * makes it. Then the session at Stripe is told whose it is, and answers as it stands at a moment from which on its events
 * find the Order; by that the Order is settled. An event from before that moment is ignored, and this makes up for it. Cut
 * off anywhere, the same request does the rest.
 * @throws {ValidationError} naming the field; {HttpError} 404 `no_such_checkout_session`; 409 `order_of_another_marketplace`,
 *   `checkout_under_way`, `other_amounts`; {StripeRequestFailed} 409, 503
 */
export async function importOrder(seller: Marketplace, request: ImportOrderRequest): Promise<ImportedOrder> {
  return await withStripeErrors(seller.space, async () => {
    try {
      return await importOnce(seller, request);
    } catch (error) {
      if (error instanceof Stripe.errors.StripePermissionError) throw keyRestricted();
      throw error;
    }
  });
}

async function importOnce(seller: Marketplace, request: ImportOrderRequest): Promise<ImportedOrder> {
  const platform = await cachedPlatform(seller.space);
  const { session, amounts } = await checkoutToImport(platform, request);
  const { order, isNew } =
    (await known(session, seller, amounts)) ??
    (await place(session, seller, platform.buyers, amounts, request.placed_at));
  const told = await tagSession(platform.stripe, session, order);
  await moveOrder(order, {
    ...orderState(told, platform.buyers, order),
    cause: IMPORT_CAUSE,
    at: iso(now()),
  });
  await tellIntent(platform.stripe, told, order);
  return { order: (await findOrder(order.marketplace, order.id)) ?? order, isNew };
}

/** The Order that the session pays already. */
async function known(
  session: Stripe.Checkout.Session,
  { space, marketplace }: Marketplace,
  amounts: Amounts,
): Promise<ImportedOrder | undefined> {
  const carried = await findImportedOrder(session.id);
  const place = carried ?? placeIn(session);
  if (!place) return undefined;
  const order = await findOrder(place.marketplace, place.order);
  if (!order && !carried && !(await isBeingPlaced(session, place.marketplace, space))) return undefined;
  if (order?.checkout_session !== session.id) throw httpError("checkout_under_way", session.id);
  if (order.marketplace !== marketplace) throw httpError("order_of_another_marketplace", session.id);
  if (order.product_total !== amounts.product_total || order.delivery_amount !== amounts.delivery_amount)
    throw httpError(
      "other_amounts",
      `${session.id} pays Order ${order.id} already, with a product_total of ${order.product_total}, a delivery_amount of ${order.delivery_amount} and a tax_amount of ${order.tax_amount}.`,
    );
  return { order, isNew: false };
}

/**
 * Whether a checkout here may be about to place the Order that an open session names. Where it was paid, or names a Marketplace
 * that is none of the Space's, the Order was here, and is gone: an older table was restored, or the service began anew.
 */
const isBeingPlaced = async (
  { status }: Stripe.Checkout.Session,
  marketplace: string,
  space: string,
): Promise<boolean> =>
  status === "open" && (await listMarketplaces(space)).some((each) => each.marketplace === marketplace);

/** Where the session says that its Order is, in our own words. */
function placeIn({ metadata }: Stripe.Checkout.Session) {
  const { order = "", marketplace = "" } = metadata ?? {};
  return isUlid(order) && isUuid(marketplace) ? { order, marketplace } : undefined;
}

async function place(
  session: Stripe.Checkout.Session,
  seller: Marketplace,
  buyers: Buyers,
  amounts: Amounts,
  placedAt: string | null | undefined,
): Promise<ImportedOrder> {
  const facts = {
    // The one that it had here before; else one among the Orders of its time, since who looks for what is pending looks at
    // the latest ones.
    id: lostId(session, seller) ?? ulid(session.created * 1_000),
    ...amounts,
    ...(seller.stripe_account && { vendor_account: seller.stripe_account }),
  };
  const order = orderOfSession(session, seller, buyers, facts, placedAt ?? undefined);
  if (await placeImportedOrder(order)) return { order, isNew: true };
  const first = await known(session, seller, amounts);
  if (!first) throw new Error(`${session.id} could not be carried over, and nothing says why`);
  return first;
}

/** Under which the session, and the money that was moved, know an Order of the Marketplace's that is gone. */
function lostId(session: Stripe.Checkout.Session, { marketplace }: Marketplace): string | undefined {
  const place = placeIn(session);
  return place?.marketplace === marketplace ? place.order : undefined;
}

const keyRestricted = (): StripeRequestFailed =>
  stripeRequestFailed(
    "stripe_key_restricted",
    "It needs Checkout Sessions: Write and PaymentIntents: Write. When a member has saved another on the page of the Stripe Utility, send the same again.",
  );
