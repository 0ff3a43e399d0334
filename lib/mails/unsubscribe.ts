import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { marketplaceRow } from "../dynamodb/keys.ts";
import { KmsUnavailable, NotFound } from "../errors.ts";
import type { MarketplaceRef } from "../ids.ts";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { saveOrderNotifications } from "../marketplaces/order_notifications.ts";
import { open, seal } from "../secrets/seal.ts";
import type { SecretContext } from "../secrets/secret_context.ts";
import { unsubscribePath } from "../urls.ts";

/** What is sealed for a Marketplace opens for no other: nobody but us makes such a link, and it ends one address's mails. */
const contextOf = (ref: MarketplaceRef): SecretContext => ({
  space: ref.space,
  row: marketplaceRow(ref),
  field: "order_notification",
});

/** By which a person ends a Marketplace's mails to their address, and nothing else. @throws {KmsUnavailable} */
export async function unsubscribeUrl(ref: MarketplaceRef, address: string): Promise<string> {
  const token = Buffer.from(await seal(JSON.stringify({ address }), contextOf(ref))).toString("base64url");
  return `${configuration.baseUrl}${unsubscribePath(ref, token)}`;
}

const Sealed = v.object({ address: v.string() });

/** Whose mails of which Marketplace the token of a link ends. @throws {NotFound}; {KmsUnavailable} */
export async function subscriptionOf(
  ref: MarketplaceRef,
  token: string,
): Promise<{ marketplace: Marketplace; address: string }> {
  const marketplace = await getMarketplace(ref);
  const { address } = await openToken(ref, token);
  return { marketplace, address };
}

async function openToken(ref: MarketplaceRef, token: string): Promise<v.InferOutput<typeof Sealed>> {
  try {
    const sealed = Buffer.from(token, "base64url").toString("utf8");
    return v.parse(Sealed, JSON.parse(await open(sealed, contextOf(ref))));
  } catch (error) {
    if (error instanceof KmsUnavailable) throw error;
    throw new NotFound();
  }
}

/** Sends this address no more. Who was removed already stays so. @throws as {@link subscriptionOf} does; {HttpError} 409 */
export async function unsubscribe(ref: MarketplaceRef, token: string): Promise<Marketplace> {
  const { marketplace, address } = await subscriptionOf(ref, token);
  if (marketplace.order_notifications?.includes(address))
    await saveOrderNotifications(marketplace, { remove_order_notification: address }, address);
  return marketplace;
}
