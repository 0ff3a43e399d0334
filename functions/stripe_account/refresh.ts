import { arrive } from "../../lib/http/route.ts";
import { marketplaceIn } from "../../lib/marketplaces/marketplace_of.ts";
import { goOnOnboarding } from "../../lib/stripe_account/come_back.ts";

/** An Account Link was used or too old: Stripe sends the browser here, and it gets another. */
export const handler = arrive("representative", async (visit) => goOnOnboarding(await marketplaceIn(visit)));
