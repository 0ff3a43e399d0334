import { assertOwnForm, assertOwnPage } from "../../lib/access/csrf.ts";
import { type Answer, json, type Request } from "../../lib/http/api.ts";
import { document } from "../../lib/pages/document.ts";
import { answer, wantsHtml } from "../../lib/pages/route.ts";
import { signedOutPage } from "../../lib/pages/signed_out_page.ts";
import { clearCookie } from "../../lib/session/cookies.ts";
import { noticeCookie } from "../../lib/session/notice.ts";
import { sessionCookie, sessionOf } from "../../lib/session/session.ts";
import { signOutUrl } from "../../lib/session/sign_in.ts";

/**
 * Signs out here, and leads on to the issuer where it can be asked. Somebody who is signed out already may be led there all
 * the same.
 */
export const handler = async (request: Request): Promise<Answer> => {
  let cleared: string[] = [];
  const answered = await answer(request, async () => {
    const session = await sessionOf(request);
    // With another site's form browsers send no session; what is answered would end it all the same.
    if (session) assertOwnForm(request, session);
    else assertOwnPage(request);
    // From here on nothing that fails keeps the person signed in.
    cleared = [clearCookie(sessionCookie), clearCookie(noticeCookie)];
    const url = await signOutUrl();
    return wantsHtml(request) ? document(signedOutPage(url)) : json(200, { url: url ?? null });
  });
  return { ...answered, cookies: [...(answered.cookies ?? []), ...cleared] };
};
