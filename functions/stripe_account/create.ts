import { personIn } from "../../lib/access/authorize.ts";
import { requireRole } from "../../lib/access/require_role.ts";
import { marketplaceInPath } from "../../lib/marketplaces/marketplace_in_path.ts";
import { showMarketplaceSettings } from "../../lib/pages/marketplace_settings_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { rememberConnecting } from "../../lib/stripe_account/connecting_cookie.ts";
import { startConnecting } from "../../lib/stripe_account/start_connecting.ts";

/** `Connect to Stripe`: sends the person on to Stripe. */
export const handler = action(requireRole("representative"), showFormAgain(showMarketplaceSettings)).handler(
  async ({ request, access }) => {
    const marketplace = await marketplaceInPath({ request, access });
    const session = personIn(access);
    const url = await startConnecting(marketplace, session);
    const cookies = [await rememberConnecting(marketplace, session)];
    return { to: url, cookies, json: { url } };
  },
);
