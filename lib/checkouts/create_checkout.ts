import { ulid } from "ulid";
import { fromSeconds, iso } from "../clock.ts";
import { HttpError, httpError } from "../errors.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { findOrder } from "../orders/find_order.ts";
import type { Order } from "../orders/order.ts";
import { placeOrder } from "../orders/place_order.ts";
import { type CheckoutRequest, totalsOf } from "./checkout_request.ts";
import { createSession } from "./create_session.ts";
import { claimOrderId, releaseOrderId } from "./idempotency.ts";

/**
 * Creates the Checkout Session of a new Order, and places the Order.
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
  const id = await claimOrderId(marketplace, idempotencyKey, request);
  const placed = await findOrder(marketplace, id);
  if (placed) return placed;
  try {
    return await placeNew(seller, id, request);
  } catch (error) {
    // What was refused may come again, corrected, under the same key.
    if (error instanceof HttpError && (error.status === 400 || error.code === "not_connected"))
      await releaseOrderId(marketplace, idempotencyKey, id);
    throw error;
  }
}

async function placeNew(
  { space, marketplace, stripe_account }: Marketplace,
  id: string,
  request: CheckoutRequest,
): Promise<Order> {
  if (!stripe_account) throw httpError("not_connected"); // nobody would get the Vendor's share
  const order = {
    id,
    space,
    marketplace,
    currency: request.currency,
    ...totalsOf(request),
    delivery_amount: request.delivery_amount,
    tax_amount: request.tax_amount,
    lines: request.line_items,
    ...(request.customer_email && { buyer_email: request.customer_email }),
    vendor_account: stripe_account,
  };
  const session = await createSession(order, request);
  return await placeOrder({
    ...order,
    status: "open",
    livemode: session.livemode,
    checkout_session: session.id,
    checkout_url: session.url,
    placed_at: iso(fromSeconds(session.created)),
  });
}
