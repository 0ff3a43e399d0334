import { personIn } from "../../lib/access/authorize.ts";
import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf, isForm } from "../../lib/http/input.ts";
import { getMarketplace } from "../../lib/marketplaces/get_marketplace.ts";
import { presentMarketplace } from "../../lib/marketplaces/present_marketplace.ts";
import {
  MarketplaceForm,
  MarketplaceUpdate,
  updateMarketplace,
} from "../../lib/marketplaces/update_marketplace.ts";
import { showMarketplaceSettings } from "../../lib/pages/marketplace_settings_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { adoptAccount } from "../../lib/stripe_account/adopt_account.ts";
import { marketplaceEditPath } from "../../lib/urls.ts";

/** Saves a Marketplace's settings. */
export const handler = action(
  requireRole("member", "manage"),
  showFormAgain(showMarketplaceSettings),
).handler(async ({ request, access }) => {
  const { space, actor } = access;
  const { room = "", marketplace = "" } = request.pathParameters ?? {};
  const before = await getMarketplace({ space, room, marketplace });
  const update: MarketplaceUpdate = inputOf(request, isForm(request) ? MarketplaceForm : MarketplaceUpdate);
  // A representative is let in, or out.
  if (update.add_representative || update.remove_representative) personIn(access);
  // By itself, so that what Stripe does not confirm changes nothing.
  if (update.stripe_account) await adoptAccount(before, update.stripe_account, actor);
  const after = await updateMarketplace(before, update, actor);
  const to = marketplaceEditPath({ space, room, marketplace });
  return { to, notice: { text: "Saved." }, json: presentMarketplace(after) };
});
