import { type Access, authorize, type RequiredRole } from "../access/authorize.ts";
import { spaceOfRequest } from "../access/space_of_request.ts";
import { HttpError, NotFound, SignedOut, StripeRequestFailed, Unauthorized } from "../errors.ts";
import { type Answer, asHttpError, json, type Request, requestOf } from "../http/api.ts";
import { formOf, ValidationError } from "../http/input.ts";
import { withLogFields } from "../log.ts";
import { withoutSecrets } from "../secrets/without_secrets.ts";
import { clearCookie } from "../session/cookies.ts";
import { type Notice, noticeCookie, noticeOf, setNotice } from "../session/notice.ts";
import { type Session, sessionOf } from "../session/session.ts";
import { signInUrl } from "../urls.ts";
import { document } from "./document.ts";
import { errorPage } from "./error_page.ts";
import { type FormState, NOTHING_TYPED } from "./form.ts";
import { pageHeaders } from "./headers.ts";
import type { VNode } from "./html.ts";

/** A request by somebody who may make it. `typed` is there when a form comes back to be mended. */
export type PageContext = { request: Request; access: Access; typed: FormState; notice: Notice | undefined };

/** What a page shows people, and the same facts for programs. */
export type View = { title: string; body: VNode; json: unknown };

/** The same, where each takes reads that the other does without: only the one that is asked for is made. */
export type LazyView = { page: () => Promise<Pick<View, "title" | "body">>; json: () => Promise<unknown> };

/** What was done: where a person goes on to, reading what (nothing, on a page of Stripe's); and the answer for programs. */
export type ActionResult = { to: string; notice?: Notice; json: unknown; status?: number };

/** A page and its JSON: browsers ask for HTML, everybody else gets JSON. */
export const page =
  (need: RequiredRole, show: (visit: PageContext) => Promise<View | LazyView>) =>
  async (request: Request): Promise<Answer> =>
    await signedInAnswer(request, async () => {
      const access = await authorize(request, need);
      return await showPage({ request, access, typed: NOTHING_TYPED, notice: await noticeOf(request) }, show);
    });

/** A form, or its JSON: does it, and sends people on; where their input is wrong, shows them `form` with what they typed. */
export const action =
  (
    need: RequiredRole,
    act: (visit: PageContext) => Promise<ActionResult>,
    form?: (visit: PageContext) => Promise<View | LazyView>,
  ) =>
  async (request: Request): Promise<Answer> =>
    await signedInAnswer(request, async () => {
      const access = await authorize(request, need);
      const visit = { request, access, typed: NOTHING_TYPED, notice: undefined };
      try {
        const { to, notice, json: facts, status = 200 } = await act(visit);
        if (!wantsHtml(request)) return json(status, facts);
        return await redirect(to, notice);
      } catch (error) {
        const wrong = wrongIn(error);
        if (!wrong || !form || !wantsHtml(request)) throw error;
        const status = error instanceof HttpError ? error.status : 400;
        return await showPage(
          { ...visit, typed: { values: withoutSecrets(formOf(request).values), wrong } },
          form,
          status,
        );
      }
    });

/** Where Stripe sends a browser back to: there is nothing to see here, and the person is sent on. */
export const redirectRoute =
  (
    need: RequiredRole,
    act: (visit: Pick<PageContext, "request" | "access">) => Promise<{ to: string; notice?: Notice }>,
  ) =>
  async (request: Request): Promise<Answer> =>
    await signedInAnswer(request, async () => {
      const { to, notice } = await act({ request, access: await authorize(request, need) });
      return await redirect(to, notice);
    });

/** Sends a person on, to a path of ours or a page of Stripe's; `notice` is what the next page of ours says. */
export const redirect = async (to: string, notice?: Notice): Promise<Answer> => ({
  statusCode: 303,
  headers: { ...pageHeaders(), location: to },
  ...(notice && { cookies: [await setNotice(notice)] }),
});

async function showPage(
  visit: PageContext,
  show: (visit: PageContext) => Promise<View | LazyView>,
  status = 200,
): Promise<Answer> {
  const shown = await show(visit);
  const { notice, access } = visit;
  if (!wantsHtml(visit.request))
    return withCsrf(json(status, "page" in shown ? await shown.json() : shown.json), access);
  const { title, body } = "page" in shown ? await shown.page() : shown;
  const cookies = notice ? [clearCookie(noticeCookie)] : [];
  return document({ title, body, status, session: access.session, notice, cookies });
}

/** A program that acts in a session finds here what it must send along when it changes something. */
function withCsrf(answer: Answer, { session }: Access): Answer {
  return session ? { ...answer, headers: { ...answer.headers, "x-csrf-token": session.csrf } } : answer;
}

/** What is wrong, by field; a conflict, or what Stripe said, is of the whole form, under no field's name. */
function wrongIn(error: unknown): Record<string, string> | undefined {
  if (error instanceof ValidationError) return error.fields;
  const isOfForm =
    error instanceof StripeRequestFailed || (error instanceof HttpError && error.status === 409);
  return isOfForm ? { form: error.message } : undefined;
}

export const wantsHtml = ({ headers }: Request): boolean => headers.accept?.includes("text/html") ?? false;

/** Of a function that people sign in for, and that may therefore open sessions: its error pages say who is signed in. */
const signedInAnswer = (request: Request, route: () => Promise<Answer>): Promise<Answer> =>
  answer(request, route, sessionOf);

/** Errors as a page for people, with a way on, and as JSON for programs. */
export async function answer(
  request: Request,
  route: () => Promise<Answer>,
  whose: typeof sessionOf = async () => undefined,
): Promise<Answer> {
  try {
    return await withLogFields(requestOf(request), route);
  } catch (error) {
    const failed = asHttpError(error, request);
    if (!wantsHtml(request))
      return json(failed.status, { error: { code: failed.code, message: failed.message } });
    if (failed instanceof Unauthorized) return await signInFirst(request);
    // What keeps sessions from being opened may be what went wrong.
    return errorAnswer(failed, await whose(request).catch(() => undefined));
  }
}

function errorAnswer(error: HttpError, session?: Session): Answer {
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
    return errorAnswer(new SignedOut(await withSpace(request, referer)));
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
    return `/spaces/${await spaceOfRequest(request)}${path}`;
  } catch (error) {
    if (error instanceof NotFound) return "/"; // this host is no Space's
    throw error;
  }
}
