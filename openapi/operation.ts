import type * as v from "valibot";
import type { RequiredRole } from "../lib/access/authorize.ts";
import type { Scope } from "../lib/api_keys/api_key.ts";
import type { ErrorCode } from "../lib/errors.ts";

/** What a route is for programs, by the function that answers it. */
export type Operation = {
  /** Unlike any other's: the function's name in serverless.yml, with what tells its routes apart where it has several. */
  id: string;
  /** What it does, in a line, and whatever else there is to know of it (Markdown). */
  summary: string;
  description?: string;
  /** Who may, as the function's `requireRole` says; absent where it asks nobody. */
  role?: RequiredRole;
  /** What an API key must allow; absent where it takes a person. */
  scope?: Scope;
  /** That it answers a page of a list, and takes `limit` and `next`. */
  isList?: true;
  /** What else its query takes, in words. */
  query?: Record<string, string>;
  /** What an `Idempotency-Key` does. */
  idempotencyKey?: string;
  /** What it takes as JSON: the schema that parses it. */
  body?: v.GenericSchema;
  /** By status, in words, and the schema of its JSON; without one it answers none. */
  answers: Record<number, [words: string, schema?: v.GenericSchema]>;
  /** What it is refused with, beside what every such route is (document.ts adds that). */
  errors?: ErrorCode[];
};

/** The operations of one subject, by their routes in serverless.yml. */
export type Subject = { name: string; description: string; operations: Record<string, Operation> };

/** What every function answers that asks Stripe for somebody who waits. */
export const ASKS_STRIPE = [
  "no_api_token",
  "stripe_key_refused",
  "stripe_key_restricted",
  "stripe_refused",
  "stripe_busy",
  "stripe_unavailable",
] satisfies ErrorCode[];

/** The query of a list that takes a span of time (lib/http/time_span.ts). @param of what */
export const timeSpan = (of: string): Record<string, string> => ({
  from: `${of}, at the earliest: in UTC, \`2026-11-20\` or \`2026-11-20T14:02:00Z\`.`,
  to: `The same at the latest, with all of the day, minute or second that it names.`,
});

export const SPACE = "/spaces/{space}";
export const MARKETPLACE = `${SPACE}/rooms/{room}/marketplaces/{marketplace}`;
