import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { httpError } from "../errors.ts";
import { fields } from "../http/body.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Order } from "../orders/order.ts";
import { marketplacePath, orderPath } from "../urls.ts";
import { loadPlatform, NoApiToken } from "../utilities/platform.ts";
import { CheckoutRequest } from "./checkout_request.ts";
import { orderOfKey, placeNew } from "./create_checkout.ts";

/** What the form sends: a name of its own, so that pressing it twice places one Order. */
export const TestOrderForm = fields({
  request: v.pipe(v.string("is missing"), v.regex(/^[\w-]{1,100}$/, "is not of this form")),
});

/**
 * Places a small Order as a shop's server would, to see the whole loop; paid, it leads back to the Order's page.
 * @param request names it: asked again, it is the same Order
 * @throws {HttpError} 409 `test_mode_needed` with a live key, else as a checkout does
 */
export async function placeTestOrder(seller: Marketplace, request: string): Promise<Order> {
  await assertTestMode(seller.space);
  const page = `${configuration.baseUrl}${marketplacePath(seller)}`;
  const sample = v.parse(CheckoutRequest, { ...SAMPLE, success_url: page, cancel_url: page });
  // Where it is refused the key keeps its id: the same request may come again, and no other does.
  const { id, placed } = await orderOfKey(seller.marketplace, `test-order-${request}`, sample);
  const success_url = `${configuration.baseUrl}${orderPath(seller, id)}`;
  return placed ?? (await placeNew(seller, id, { ...sample, success_url }));
}

/** The README's. */
const SAMPLE = {
  line_items: [{ name: "Sourdough bread", unit_amount: 650, quantity: 2 }],
  delivery_amount: 500,
  tax_amount: 90,
  currency: "usd",
};

/** Of the key that is saved now, which the checkout then uses, too: a remembered one may be of the other mode. */
async function assertTestMode(space: string): Promise<void> {
  try {
    const { livemode } = await loadPlatform(space);
    if (livemode) throw httpError("test_mode_needed");
  } catch (error) {
    throw error instanceof NoApiToken ? httpError("no_api_token") : error;
  }
}
