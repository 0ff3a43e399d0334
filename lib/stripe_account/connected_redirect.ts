import { requirementsChannel } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Notice } from "../session/notice.ts";
import { ensureEndpoints } from "../stripe_webhook_endpoints/ensure_endpoints.ts";
import { waitForEndpoints } from "../stripe_webhook_endpoints/wait_for_endpoints.ts";
import { marketplaceEditPath } from "../urls.ts";

/** Where a browser that comes back from Stripe goes on to, reading what. */
export type Redirect = { to: string; notice?: Notice };

/** To the Marketplace's page, with the webhook endpoints registered as far as Stripe lets us. */
export async function connectedRedirect(marketplace: Marketplace): Promise<Redirect> {
  const endpoints = await waitForEndpoints(ensureEndpoints(marketplace.space));
  const trouble =
    endpoints === undefined
      ? "Stripe is slow: the Space's webhook endpoints are registered within the hour."
      : endpoints.state === "trouble" && endpoints.trouble.code !== "under_way"
        ? `The Space's webhook endpoints could not be registered: ${endpoints.trouble.message}`
        : undefined;
  return {
    to: marketplaceEditPath(marketplace),
    notice: { text: connectedNotice(marketplace), ...(trouble && { trouble }) },
  };
}

export const connectedNotice = (marketplace: Marketplace): string =>
  requirementsChannel(marketplace)
    ? "Stripe Connected! What Stripe still wants of this account stands below."
    : "Stripe Connected!";
