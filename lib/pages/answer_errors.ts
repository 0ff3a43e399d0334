import { spaceOfRequest } from "../access/space_of_request.ts";
import { type HttpError, NotFound, SignedOut, Unauthorized } from "../errors.ts";
import { json } from "../http/api.ts";
import { errorAnswer } from "../http/error_answer.ts";
import type { Answer, Request, Step } from "../http/request.ts";
import type { Session } from "../session/session.ts";
import { signInUrl, spacePath } from "../urls.ts";
import { document } from "./document.ts";
import { errorPage } from "./error_page.ts";
import { pageHeaders } from "./headers.ts";
import { type Negotiated, wantsHtml } from "./negotiate.ts";

/**
 * Errors as a page for people, with a way on, and as JSON for programs.
 * @param whose of a function that people sign in for, and that may therefore open sessions: the page says who is signed in
 */
export const answerErrors = (
  whose: (request: Request) => Promise<Session | undefined> = async () => undefined,
): Step<Negotiated> =>
  errorAnswer<Negotiated>(async (error, request, context) => {
    const { status, code, message } = error;
    if (!wantsHtml(context)) return json(status, { error: { code, message } });
    // Who sends a key has no use for the sign-in.
    if (error instanceof Unauthorized && request.headers.authorization === undefined)
      return await signInFirst(request);
    // What keeps sessions from being opened may be what went wrong.
    return errorDocument(error, await whose(request).catch(() => undefined));
  });

function errorDocument(error: HttpError, session?: Session): Answer {
  const { title, body } = errorPage(error);
  return document({ title, body, status: error.status, session });
}

/**
 * To the sign-in, and back to where the person was going. A form ends here instead: whoever sent it reads that nothing came
 * of it, and a link leads to the sign-in, where no form may lead (see pageHeaders), and back to the page whose form it was.
 */
async function signInFirst(request: Request): Promise<Answer> {
  const { rawPath, rawQueryString, headers, requestContext } = request;
  if (requestContext.http.method !== "GET") {
    const referer =
      headers.referer && URL.canParse(headers.referer) ? new URL(headers.referer).pathname : "/";
    return errorDocument(new SignedOut(await withSpace(request, referer)));
  }
  const query = rawQueryString ? `?${rawQueryString}` : "";
  const location = signInUrl(`${await withSpace(request, rawPath)}${query}`);
  return { statusCode: 303, headers: { ...pageHeaders(), location } };
}

/** People sign in, and stay, on our own host, where a Space's pages have the Space in their path. */
async function withSpace(request: Request, path: string): Promise<string> {
  const isBranded = !/^\/(?:$|spaces(?:\/|$)|session\/)/.test(path);
  if (!isBranded) return path;
  try {
    return `${spacePath(await spaceOfRequest(request))}${path}`;
  } catch (error) {
    if (error instanceof NotFound) return "/"; // this host is no Space's
    throw error;
  }
}
