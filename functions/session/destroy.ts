import { assertOwnForm } from "../../lib/access/own_form.ts";
import type { Answer, Request } from "../../lib/http/api.ts";
import { answer } from "../../lib/http/route.ts";
import { pageHeaders } from "../../lib/pages/headers.ts";
import { clearCookie } from "../../lib/session/cookies.ts";
import { noticeCookie } from "../../lib/session/notice.ts";
import { sessionCookie, sessionOf } from "../../lib/session/session.ts";
import { signOutUrl } from "../../lib/session/sign_in.ts";

/** Signs out here and at the issuer. Somebody who is signed out already may be sent there all the same. */
export const handler = (request: Request): Promise<Answer> =>
  answer(request, async () => {
    const session = await sessionOf(request);
    if (session) assertOwnForm(request, session);
    const location = await signOutUrl();
    return {
      statusCode: 303,
      headers: { ...pageHeaders(), location },
      cookies: [clearCookie(sessionCookie), clearCookie(noticeCookie)],
    };
  });
