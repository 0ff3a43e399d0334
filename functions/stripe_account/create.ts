import { HttpError } from "../../lib/errors.ts";
import { marketplaceInPath } from "../../lib/marketplaces/authorize_marketplace.ts";
import { showMarketplace } from "../../lib/pages/marketplace_page.ts";
import { action } from "../../lib/pages/route.ts";
import { startConnecting } from "../../lib/stripe_account/start_connecting.ts";

/** `Connect to Stripe`: sends the person on to Stripe. */
export const handler = action(
  "representative",
  async ({ request, access }) => {
    const marketplace = await marketplaceInPath({ request, access });
    if (!access.session)
      throw new HttpError(
        403,
        "person_needed",
        "Connecting takes a person with a browser. Let one press `Connect to Stripe` on the Marketplace's page.",
      );
    const url = await startConnecting(marketplace, access.session);
    return { to: url, json: { url } };
  },
  showMarketplace,
);
