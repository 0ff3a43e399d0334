import { assertOwnForm } from "../../lib/access/own_form.ts";
import type { Answer, Request } from "../../lib/http/api.ts";
import { answer } from "../../lib/http/route.ts";
import { pageHeaders } from "../../lib/pages/headers.ts";
import { clearCookie } from "../../lib/session/cookies.ts";
import { noticeCookie } from "../../lib/session/notice.ts";
import { sessionCookie, sessionOf } from "../../lib/session/session.ts";
import { signOutUrl } from "../../lib/session/sign_in.ts";

/**
 * Signs out here, and at the issuer where it can be asked. Somebody who is signed out already may be sent there all the
 * same.
 */
export const handler = async (request: Request): Promise<Answer> => {
  let cleared: string[] = [];
  const answered = await answer(request, async () => {
    const session = await sessionOf(request);
    if (session) assertOwnForm(request, session);
    // From here on nothing that fails keeps the person signed in.
    cleared = [clearCookie(sessionCookie), clearCookie(noticeCookie)];
    return { statusCode: 303, headers: { ...pageHeaders(), location: await signOutUrl() } };
  });
  return { ...answered, cookies: [...(answered.cookies ?? []), ...cleared] };
};
