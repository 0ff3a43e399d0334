import { timingSafeEqual } from "node:crypto";
import { configuration } from "../configuration.ts";
import { httpError } from "../errors.ts";
import { formOf, isForm } from "../http/input.ts";
import type { Request, Step } from "../http/request.ts";
import type { Session } from "../session/session.ts";
import type { Access } from "./authorize.ts";

/** Refuses a form of somebody signed in that is not this session's. A program has no session, and no browser to misuse. */
export const csrf: Step<{ access: Access }> = {
  before: ({ event, context: { access } }) => {
    if (access.session) assertOwnForm(event, access.session);
  },
};

/**
 * Refuses what another site, an old page or nobody's made the browser send: a form must bring the session's token along
 * (JSON: in `X-CSRF-Token`), and come from a page of ours. @throws {HttpError} 403
 */
export function assertOwnForm(request: Request, { csrf }: Session): void {
  const token = (isForm(request) ? formOf(request).csrf : request.headers["x-csrf-token"]) ?? "";
  const [given, expected] = [Buffer.from(token), Buffer.from(csrf)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw httpError("foreign_form");
  assertOwnPage(request);
}

/** Refuses what was not sent from a page of ours, whoever is signed in or nobody. @throws {HttpError} 403 */
export function assertOwnPage(request: Request): void {
  if (!isOwnOrigin(request.headers.origin)) throw httpError("foreign_form");
}

/** Whether a form was sent from a page of ours: browsers say so in `Origin`, and cannot be made to lie. */
export const isOwnOrigin = (origin: string | undefined): boolean =>
  origin === new URL(configuration.baseUrl).origin;
