import { timingSafeEqual } from "node:crypto";
import { configuration } from "../configuration.ts";
import { HttpError } from "../errors.ts";
import type { Request } from "../http/api.ts";
import { formOf, isForm } from "../http/input.ts";
import type { Session } from "../session/session.ts";

/**
 * Refuses what another site, an old page or nobody's made the browser send: a form must bring the session's token along
 * (JSON: in `X-CSRF-Token`), and come from a page of ours. @throws {HttpError} 403
 */
export function assertOwnForm(request: Request, { csrf }: Session): void {
  const token = (isForm(request) ? formOf(request).csrf : request.headers["x-csrf-token"]) ?? "";
  const [given, expected] = [Buffer.from(token), Buffer.from(csrf)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw foreignForm();
  assertOwnPage(request);
}

/** Refuses what was not sent from a page of ours, whoever is signed in or nobody. @throws {HttpError} 403 */
export function assertOwnPage(request: Request): void {
  if (!isOwnOrigin(request.headers.origin)) throw foreignForm();
}

const foreignForm = (): HttpError =>
  new HttpError(
    403,
    "foreign_form",
    "This form is too old, or not ours. Go back, reload the page, and try again.",
  );

/** Whether a form was sent from a page of ours: browsers say so in `Origin`, and cannot be made to lie. */
export const isOwnOrigin = (origin: string | undefined): boolean =>
  origin === new URL(configuration.baseUrl).origin;
