import { page } from "../../lib/http/route.ts";
import { showMarketplace } from "../../lib/pages/marketplace_page.ts";

/** A Marketplace's settings, with the URL that `stripe listen` forwards to. */
export const handler = page("representative", showMarketplace);
