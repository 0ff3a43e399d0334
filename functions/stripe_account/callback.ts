import type { Answer, Request } from "../../lib/http/api.ts";
import { answer, redirect } from "../../lib/http/route.ts";
import { comeBackFromOauth } from "../../lib/stripe_account/come_back.ts";

/** Back from Stripe by OAuth: connected, or told why not. */
export const handler = (request: Request): Promise<Answer> =>
  answer(request, async () => {
    const { to, notice } = await comeBackFromOauth(request);
    return await redirect(to, notice);
  });
