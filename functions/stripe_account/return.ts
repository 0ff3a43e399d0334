import { arrive } from "../../lib/http/route.ts";
import { marketplaceIn } from "../../lib/marketplaces/marketplace_of.ts";
import { comeBackFromOnboarding } from "../../lib/stripe_account/come_back.ts";

/** Back from Stripe's onboarding: connected, if the Vendor is through with it. */
export const handler = arrive("representative", async (visit) =>
  comeBackFromOnboarding(await marketplaceIn(visit)),
);
