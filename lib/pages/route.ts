import type { Context } from "aws-lambda";
import type { Access } from "../access/authorize.ts";
import { csrf } from "../access/csrf.ts";
import { json, pipeline } from "../http/api.ts";
import { formBody, jsonBodyIfAny } from "../http/input.ts";
import { knownQuery } from "../http/known_query.ts";
import type { Answer, HttpHandler, Request, Step } from "../http/request.ts";
import { clearCookie } from "../session/cookies.ts";
import { type Notice, noticeCookie, noticeOf, setNotice } from "../session/notice.ts";
import { sessionOf } from "../session/session.ts";
import { findSpaceName } from "../spaces/get_space_name.ts";
import { answerErrors } from "./answer_errors.ts";
import { csvAnswer, wantsCsv } from "./csv_answer.ts";
import { document } from "./document.ts";
import { type FormState, NOTHING_TYPED } from "./form.ts";
import { pageHeaders } from "./headers.ts";
import { html, type VNode } from "./html.ts";
import type { Place, Tab } from "./navigation.ts";
import { type Negotiated, negotiate, wantsHtml } from "./negotiate.ts";
import { platformChangeNotice } from "./platform_change_notice.ts";

/** What a step of access control, and the negotiation, put into the context. */
export type Authorized = Negotiated & { access: Access };

/** A request by somebody who may make it. `formState` has what was typed when a form comes back to be mended. */
export type PageContext = {
  request: Request;
  access: Access;
  formState: FormState;
  notice: Notice | undefined;
};

/** What a page shows people, and the same facts for programs. */
export type View = {
  title: string;
  body: VNode;
  /** The Marketplace that it is of, and the tab that it stands under, there or in its Space. */
  marketplace?: Place["marketplace"];
  tab?: Tab;
  /** Of the page, where it says what was typed wrong; 200 unless told. */
  status?: number | undefined;
  /** After so many s the browser looks again, of what goes on by itself. */
  refresh_s?: number | undefined;
  json: unknown;
};

/** The same, where each takes reads that the other does without: only the one that is asked for is made. */
export type LazyView = {
  page: () => Promise<Omit<View, "json">>;
  json: () => Promise<unknown>;
  /** A file of it for a spreadsheet, where it has one. */
  csv?: () => Promise<{ name: string; text: string }>;
};

export type Show = (context: PageContext) => Promise<View | LazyView>;

/** What was done: where a person goes on to, reading what (nothing, on a page of Stripe's); and the answer for programs. */
type ActionResult = { to: string; notice?: Notice; cookies?: string[]; json: unknown; status?: number };

/** A page and its JSON, for who has the role: `page(requireRole("member")).handler(showEvent)`. @param query what it takes */
export const page = (role: Step<{ access: Access }>, ...query: string[]) => ({
  handler: (show: Show): HttpHandler =>
    signedIn(role, knownQuery(...query)).handler(async (request, context) =>
      showPage({ ...visit(request, context), notice: await noticeOf(request) }, context, show),
    ),
});

/** A form, or its JSON: does it, and sends people on. Of the steps, one may show the form again where input is wrong. */
export const action = (role: Step<{ access: Access }>, ...steps: Step<Authorized>[]) => ({
  handler: (act: (context: PageContext) => Promise<ActionResult>): HttpHandler =>
    signedIn(role, knownQuery(), formBody, csrf, jsonBodyIfAny, ...steps).handler(
      async (request, context) => {
        const { to, notice, cookies, json: facts, status = 200 } = await act(visit(request, context));
        return wantsHtml(context) ? await redirect(to, notice, cookies) : { ...json(status, facts), cookies };
      },
    ),
});

/** Where Stripe sends a browser back to, with a query of its own: there is nothing to see here, and the person is sent on. */
export const redirectRoute = (role: Step<{ access: Access }>) => ({
  handler: (act: (context: PageContext) => Promise<{ to: string; notice?: Notice }>): HttpHandler =>
    signedIn(role).handler(async (request, context) => {
      const { to, notice } = await act(visit(request, context));
      return await redirect(to, notice);
    }),
});

/** Whoever asks; whose session it is, if any, is looked up for an error's page alone. */
export const publicRoute = (...steps: Step<Negotiated>[]) =>
  pipeline<Negotiated>(...negotiate, answerErrors(sessionOf), ...steps);

/**
 * A page that a link shows to whoever has it, with nobody's session. The link is in its address, so nothing on it says where
 * somebody came from, and no search engine keeps it.
 */
export const sharedPage = (...query: string[]) => ({
  handler: (show: (request: Request) => Promise<LazyView>): HttpHandler =>
    pipeline<Negotiated>(...negotiate, answerErrors(), knownQuery(...query)).handler(
      async (request, context) => {
        const shown = await show(request);
        const answer = await sharedAnswer(shown, request, context);
        const headers = { "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow" };
        return { ...answer, headers: { ...answer.headers, ...headers } };
      },
    ),
});

async function sharedAnswer(shown: LazyView, request: Request, negotiated: Negotiated): Promise<Answer> {
  if (shown.csv && wantsCsv(negotiated, request)) return csvAnswer(await shown.csv(), request);
  if (!wantsHtml(negotiated)) return json(200, await shown.json());
  return document(await shown.page());
}

const signedIn = (...steps: Step<Authorized>[]) =>
  pipeline<Authorized>(...negotiate, answerErrors(sessionOf), ...steps);

const visit = (request: Request, { access }: Context & Authorized): PageContext => ({
  request,
  access,
  formState: NOTHING_TYPED,
  notice: undefined,
});

/** Sends a person on, to a path of ours or a page of Stripe's; `notice` is what the next page of ours says. */
export const redirect = async (to: string, notice?: Notice, cookies: string[] = []): Promise<Answer> => ({
  statusCode: 303,
  headers: { ...pageHeaders(), location: to },
  cookies: [...cookies, ...(notice ? [await setNotice(notice)] : [])],
});

/** Shows a page, or its JSON, with which a program that acts in a session finds what its changes must bring along. */
export async function showPage(
  context: PageContext,
  negotiated: Negotiated,
  show: Show,
  status = 200,
): Promise<Answer> {
  const shown = await show(context);
  const { notice, access, request } = context;
  if ("page" in shown && shown.csv && wantsCsv(negotiated, request))
    return csvAnswer(await shown.csv(), request);
  if (!wantsHtml(negotiated)) {
    const answer = json(status, "page" in shown ? await shown.json() : shown.json);
    const token = access.session && { "x-csrf-token": access.session.csrf };
    return { ...answer, headers: { ...answer.headers, ...token } };
  }
  const [{ title, body, refresh_s, status: ofPage = status, marketplace, tab }, space, change] =
    await Promise.all([
      "page" in shown ? shown.page() : shown,
      spaceOf(access),
      platformChangeNotice(context.request, access),
    ]);
  const told = [...(notice ? [clearCookie(noticeCookie)] : []), ...(change ? [change.cookie] : [])];
  return document({
    title,
    body: change ? html`${change.body}${body}` : body,
    refresh_s,
    status: ofPage,
    session: access.session,
    place: isOf(access.role) ? { role: access.role, space, marketplace, tab } : undefined,
    notice,
    // Of a page that the script takes its rows from nobody has read what is told once.
    cookies: request.headers["x-requested-with"] === "script" ? [] : told,
  });
}

const isOf = (role: Access["role"]): role is Place["role"] =>
  role === "representative" || role === "member" || role === "operator";

/** A representative does not see the Space that the Marketplace is in. */
async function spaceOf({ role, space }: Access): Promise<Place["space"]> {
  if (!space || role === "representative") return undefined;
  return { space, name: (await findSpaceName(space)) ?? space };
}
