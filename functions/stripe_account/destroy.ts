import { requireRole } from "../../lib/access/require_role.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { presentMarketplaceForRole } from "../../lib/marketplaces/present_marketplace.ts";
import { showMarketplaceSettings } from "../../lib/pages/marketplace_settings_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { disconnect } from "../../lib/stripe_account/disconnect.ts";
import { reconcileEndpoints } from "../../lib/stripe_account/reconcile_endpoints.ts";
import { waitForEndpoints } from "../../lib/stripe_webhook_endpoints/wait_for_endpoints.ts";
import { marketplaceEditPath } from "../../lib/urls.ts";

/** Ends the Marketplace's connection to Stripe. */
export const handler = action(requireRole("representative"), showFormAgain(showMarketplaceSettings)).handler(
  async ({ request, access }) => {
    const marketplace = await disconnect(await marketplaceInPath({ request, access }), access.actor);
    // What could not be removed now is removed within the hour.
    await waitForEndpoints(reconcileEndpoints(marketplace.space));
    return {
      to: marketplaceEditPath(marketplace),
      notice: { text: "Disconnected from Stripe." },
      json: presentMarketplaceForRole(marketplace, access.role),
    };
  },
);
