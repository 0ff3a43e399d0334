import type { Answer, Request } from "../../lib/http/api.ts";
import { pageHeaders } from "../../lib/pages/headers.ts";
import { answer } from "../../lib/pages/route.ts";
import { beginSignIn } from "../../lib/session/sign_in.ts";

/** To the issuer, and afterwards back to `?to=`. */
export const handler = (request: Request): Promise<Answer> =>
  answer(request, async () => {
    const { location, cookies } = await beginSignIn(request.queryStringParameters?.to);
    return { statusCode: 303, headers: { ...pageHeaders(), location }, cookies };
  });
