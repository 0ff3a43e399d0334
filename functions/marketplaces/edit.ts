import { showMarketplace } from "../../lib/pages/marketplace_page.ts";
import { page } from "../../lib/pages/route.ts";

/** A Marketplace's settings, with the URL that `stripe listen` forwards to. */
export const handler = page("representative", showMarketplace);
