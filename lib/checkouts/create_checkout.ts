import { ulid } from "ulid";
import { buyerOf } from "../buyers/buyers.ts";
import { fromSeconds, iso } from "../clock.ts";
import { HttpError, httpError } from "../errors.ts";
import { connectionStatus } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { findOrder } from "../orders/find_order.ts";
import type { Order } from "../orders/order.ts";
import { placeOrder } from "../orders/place_order.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { type CheckoutRequest, totalsOf } from "./checkout_request.ts";
import { createSession } from "./create_session.ts";
import { claimOrderId, releaseOrderId } from "./idempotency.ts";

/**
 * Creates the Checkout Session of a new Order, and places the Order. The same `Idempotency-Key` finds it again, wherever it
 * stands by then; but where it is over and unpaid, the key gets a new Order, so that the buyer can pay. The old one keeps
 * its own session: should a bank pay that after all, the old Order is paid, and nothing is lost.
 *
 * The session comes first, the Order second, the answer last. Cut off in between, there is a session that nobody
 * has the address of, so it can only expire, and no Order; the same `Idempotency-Key` then starts over with the same
 * Order id. Of two at once, the first to place the Order decides which session both answer.
 * @throws {ValidationError}; {HttpError} 409, 422; {Unavailable}
 */
export async function createCheckout(
  seller: Marketplace,
  request: CheckoutRequest,
  idempotencyKey: string | undefined,
): Promise<Order> {
  if (idempotencyKey === undefined) return await placeNew(seller, ulid(), request);
  const { marketplace } = seller;
  const { id, placed } = await orderOfKey(marketplace, idempotencyKey, request);
  if (placed) return placed;
  try {
    return await placeNew(seller, id, request);
  } catch (error) {
    // What was refused may come again, corrected, under the same key.
    if (error instanceof HttpError && (error.status === 400 || SELLS_NOTHING.includes(error.code)))
      await releaseOrderId(marketplace, idempotencyKey, id);
    throw error;
  }
}

/** The Order that a key names: one that is placed, or one to be placed under this id. @throws {ValidationError}; {HttpError} 422 */
export async function orderOfKey(
  marketplace: string,
  idempotencyKey: string,
  request: CheckoutRequest,
): Promise<{ id: string; placed?: Order }> {
  const id = await claimOrderId(marketplace, idempotencyKey, request);
  const placed = await findOrder(marketplace, id);
  if (!placed) return { id };
  return isOverUnpaid(placed)
    ? { id: await claimOrderId(marketplace, idempotencyKey, request, id) }
    : { id, placed };
}

/** Nobody can pay it any more: Stripe's session of an expired or failed checkout takes no second try. */
const isOverUnpaid = ({ status }: Order): boolean => status === "expired" || status === "payment_failed";

const SELLS_NOTHING = ["not_connected", "vendor_rejected"];

/** The account of who sells. @throws {HttpError} 409 where nobody would get the Vendor's share */
function vendorAccount(seller: Marketplace): string {
  const { stripe_account } = seller;
  if (!stripe_account) throw httpError("not_connected");
  if (connectionStatus(seller).status === "rejected") throw httpError("vendor_rejected", stripe_account);
  return stripe_account;
}

/** Creates the session of an Order of this id, and places it. @throws {HttpError} 400, 409; {Unavailable} */
export async function placeNew(seller: Marketplace, id: string, request: CheckoutRequest): Promise<Order> {
  const { space, room, marketplace } = seller;
  const order = {
    id,
    space,
    room,
    marketplace,
    currency: request.currency,
    ...totalsOf(request),
    delivery_amount: request.delivery_amount,
    tax_amount: request.tax_amount,
    lines: request.line_items,
    vendor_account: vendorAccount(seller),
  };
  const session = await createSession(order, request);
  const { buyers } = await cachedPlatform(space);
  const placed_at = iso(fromSeconds(session.created));
  return await placeOrder({
    ...order,
    ...buyerOf(buyers, request.customer_email, placed_at),
    status: "open",
    livemode: session.livemode,
    checkout_session: session.id,
    checkout_url: session.url,
    placed_at,
  });
}
