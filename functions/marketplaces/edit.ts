import { api, json } from "../../lib/http/api.ts";
import { marketplaceOf } from "../../lib/marketplaces/marketplace_of.ts";
import { presentMarketplace } from "../../lib/marketplaces/present_marketplace.ts";

/** A Marketplace's settings, with the URL that `stripe listen` forwards to. */
export const handler = api(async (request) => json(200, presentMarketplace(await marketplaceOf(request))));
