import type { Answer, Request } from "../../lib/http/api.ts";
import { pageHeaders } from "../../lib/pages/headers.ts";
import { answer } from "../../lib/pages/route.ts";
import { completeSignIn } from "../../lib/session/sign_in.ts";

/** Back from the issuer: signed in, or told why not. */
export const handler = (request: Request): Promise<Answer> =>
  answer(request, async () => {
    const { location, cookies } = await completeSignIn(request);
    return { statusCode: 303, headers: { ...pageHeaders(), location }, cookies };
  });
