import { api, json } from "../../lib/http/api.ts";
import { jsonBody } from "../../lib/http/body.ts";
import { marketplaceOf } from "../../lib/marketplaces/marketplace_of.ts";
import { presentMarketplace } from "../../lib/marketplaces/present_marketplace.ts";
import { MarketplaceUpdate, updateMarketplace } from "../../lib/marketplaces/update_marketplace.ts";

/** Saves a Marketplace's settings. */
export const handler = api(async (request) => {
  const marketplace = await marketplaceOf(request);
  const update = jsonBody(request, MarketplaceUpdate);
  return json(200, presentMarketplace(await updateMarketplace(marketplace, update)));
});
