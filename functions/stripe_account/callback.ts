import { publicRoute, redirect } from "../../lib/pages/route.ts";
import { finishOauth } from "../../lib/stripe_account/oauth_callback.ts";

/** Back from Stripe by OAuth: connected, or told why not. */
export const handler = publicRoute().handler(async (request) => {
  const { to, notice } = await finishOauth(request);
  return await redirect(to, notice);
});
