import Stripe from "stripe";
import { HttpError, isDynamoError, KmsUnavailable } from "../errors.ts";
import { framesOf } from "../log.ts";
import { originalPosition } from "../source_map.ts";
import { NoApiToken } from "../utilities/platform.ts";
import { NonRetryableError, type Why } from "./outcome.ts";

/**
 * Why a run failed, where an error was thrown: `stripe:balance_insufficient`, `table:TimeoutError`,
 * `handler:TypeError@settle.ts`. What fails for one reason has one cause, event by event and release by release, so it has
 * no ids, no line numbers, and no words of whoever threw it.
 */
export const whyOf = (error: unknown): Why => ({ cause: causeOf(error), request_id: requestIdOf(error) });

function causeOf(error: unknown): string {
  if (error instanceof NoApiToken) return "stripe:no_api_token";
  if (error instanceof Stripe.errors.StripeError) return `stripe:${stripeCode(error)}`;
  if (error instanceof KmsUnavailable) return `kms:${nameOr(error.reason, "Error")}`;
  if (isDynamoError(error)) return `table:${nameOr(error.name, "Error")}`;
  if (error instanceof HttpError) return `handler:${codeOf(error.code) ?? error.status}`;
  if (!(error instanceof Error)) return `handler:${typeof error}`;
  const refused = error instanceof NonRetryableError && codeOf(error.code);
  if (refused) return `handler:${refused}`;
  const file = fileOf(error);
  return `handler:${nameOr(error.name, "Error")}${file ? `@${file}` : ""}`;
}

function stripeCode(error: Stripe.errors.StripeError): string {
  if (error instanceof Stripe.errors.StripeAuthenticationError) return "key_refused";
  if (error instanceof Stripe.errors.StripePermissionError) return codeOf(error.code) ?? "key_restricted";
  if (error instanceof Stripe.errors.StripeConnectionError)
    return isTimeout(error) ? "timeout" : "unreachable";
  const { code, decline_code, statusCode = 0, rawType } = error;
  const codes = [codeOf(code), codeOf(decline_code)].filter(Boolean).join(".");
  if (codes) return codes;
  return statusCode >= 500 ? `http_${statusCode}` : (codeOf(rawType) ?? `http_${statusCode}`);
}

const isTimeout = ({ detail }: Stripe.errors.StripeConnectionError): boolean =>
  detail instanceof Error && "code" in detail && detail.code === "ETIMEDOUT";

/** A code, as Stripe's are (Stripe docs, "Error codes"), is of small letters, which no id and no key is. */
const codeOf = (code: string | undefined): string | undefined =>
  code && /^[a-z][a-z_]{1,79}$/.test(code) ? code : undefined;

/** A name may say where, too, as `npm start` has it of a file that does not load: `SyntaxError in lib/clock.ts:3`. */
const nameOr = (name: string, otherwise: string): string =>
  /^[A-Za-z]\w{0,79}(?=$| in )/.exec(name)?.[0] ?? otherwise;

/** The file of ours that an error comes from, though a package, or Node itself, may have thrown it. */
function fileOf(error: Error): string | undefined {
  for (const frame of framesOf(error)) {
    const at = originalPosition(frame);
    const [, file] = /([\w.-]{1,80}\.ts)(?:\?\w+=\d+)?:\d+/.exec(at) ?? [];
    if (file && !at.includes("node_modules/")) return file;
  }
  return undefined;
}

/** Stripe's name of the request that it answered so, `req_…`, by which its dashboard and its support find it. */
function requestIdOf(error: unknown): string | undefined {
  const answer = error instanceof HttpError ? error.cause : error;
  const id = answer instanceof Stripe.errors.StripeError ? answer.requestId : undefined;
  return id && /^req_\w{1,80}$/.test(id) ? id : undefined;
}
