import type { Answer, Request } from "../../lib/http/api.ts";
import { answer, redirect } from "../../lib/pages/route.ts";
import { finishOauth } from "../../lib/stripe_account/come_back.ts";

/** Back from Stripe by OAuth: connected, or told why not. */
export const handler = (request: Request): Promise<Answer> =>
  answer(request, async () => {
    const { to, notice } = await finishOauth(request);
    return await redirect(to, notice);
  });
