import { assertOwnForm, assertOwnPage } from "../../lib/access/csrf.ts";
import { json, pipeline } from "../../lib/http/api.ts";
import { formBody } from "../../lib/http/input.ts";
import { knownQuery } from "../../lib/http/known_query.ts";
import type { Step } from "../../lib/http/request.ts";
import { answerErrors } from "../../lib/pages/answer_errors.ts";
import { document } from "../../lib/pages/document.ts";
import { type Negotiated, negotiate, wantsHtml } from "../../lib/pages/negotiate.ts";
import { signedOutPage } from "../../lib/pages/signed_out_page.ts";
import { clearCookie } from "../../lib/session/cookies.ts";
import { endSessions } from "../../lib/session/identity.ts";
import { noticeCookie } from "../../lib/session/notice.ts";
import { sessionCookie, sessionOf } from "../../lib/session/session.ts";
import { signOutUrl } from "../../lib/session/sign_in.ts";

/** Set as soon as it is sure whose form it was: from then on nothing that fails keeps this browser signed in. */
type Ending = { endsSession?: boolean };

/** Clears the cookies with whatever is answered, an error, too. */
const clearCookies: Step<Ending> = { after: addCleared, onError: addCleared };

function addCleared({ context, response }: Parameters<NonNullable<Step<Ending>["after"]>>[0]): void {
  if (context.endsSession && response)
    response.cookies = [...(response.cookies ?? []), clearCookie(sessionCookie), clearCookie(noticeCookie)];
}

/**
 * Ends the person's sessions here, on all their devices, and leads on to the issuer where it can be asked. Somebody who is signed out already may be led there all
 * the same.
 */
export const handler = pipeline<Negotiated & Ending>(
  clearCookies,
  ...negotiate,
  answerErrors(),
  knownQuery(),
  formBody,
).handler(async (request, context) => {
  const session = await sessionOf(request);
  // With another site's form browsers send no session; what is answered would end it all the same.
  if (session) assertOwnForm(request, session);
  else assertOwnPage(request);
  context.endsSession = true;
  if (session) await endSessions(session);
  const url = await signOutUrl();
  return wantsHtml(context) ? document(signedOutPage(url)) : json(200, { url: url ?? null });
});
