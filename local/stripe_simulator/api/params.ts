import type Stripe from "stripe";
import * as v from "valibot";
import { isEmail } from "../../../lib/ids.ts";
import { CHECKOUT_LIMITS, CURRENCIES, urlTrouble } from "../../../lib/orders/stripe_limits.ts";
import { type ApiError, invalidParam } from "./errors.ts";
import { isStripesParameter } from "./not_played.ts";

/** Stripe's parameters arrive as a form's strings, lists and maps; these schemas validate them. */

const text = (max = 5000) => v.pipe(v.string(), v.nonEmpty(), v.maxLength(max));

const integer = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  v.pipe(
    v.string(),
    v.nonEmpty(),
    v.regex(/^[+-]?\d{1,15}$/),
    v.transform(Number),
    v.minValue(min),
    v.maxValue(max),
  );

const boolean = v.pipe(
  v.string(),
  v.check((input) => input === "true" || input === "false", "boolean"),
  v.transform((input) => input === "true"),
);

const url = v.pipe(
  text(Number.POSITIVE_INFINITY),
  v.check((input) => urlTrouble(input) !== "too_long", "url_too_long"),
  v.check((input) => urlTrouble(input) !== "not_ascii", "url_not_ascii"),
  v.check((input) => urlTrouble(input) !== "not_a_url", "url"),
);

const email = v.pipe(text(CHECKOUT_LIMITS.email), v.check(isEmail, "email"));

const currency = v.pipe(
  text(),
  v.toLowerCase(),
  v.check((code) => CURRENCIES.has(code), "currency"),
);

/** https://docs.stripe.com/api/metadata */
const limits = CHECKOUT_LIMITS.metadata;
const metadata = v.pipe(
  v.unknown(),
  v.transform((input) => (input === "" ? {} : input)), // an empty string unsets all of it
  v.record(v.string(), v.string()),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const entries = Object.entries(dataset.value);
    if (entries.length > limits.keys)
      addIssue({
        message: `You can have up to ${limits.keys} metadata keys, but you passed in ${entries.length}.`,
      });
    for (const [key, value] of entries) {
      if (key.length > limits.key)
        addIssue({
          message: `Metadata keys can have up to ${limits.key} characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
        });
      if (value.length > limits.value)
        addIssue({
          message: `Metadata values can have up to ${limits.value} characters, but you passed in a value that is ${value.length} characters. Invalid value: ${value}`,
          path: [{ type: "object", origin: "value", input: dataset.value, key, value }],
        });
    }
  }),
);

/** An empty value unsets its key (https://docs.stripe.com/api/metadata). */
export const mergeMetadata = (old: Stripe.Metadata, change: Stripe.Metadata): Stripe.Metadata =>
  Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== ""));

/** A timestamp or a range of timestamps, in seconds: `created=1` or `created[gte]=1`. */
const range = v.lazy((input) =>
  typeof input === "string"
    ? v.pipe(
        integer(0),
        v.transform((at): Range => ({ gte: at, lte: at })),
      )
    : v.strictObject({
        gt: v.optional(integer(0)),
        gte: v.optional(integer(0)),
        lt: v.optional(integer(0)),
        lte: v.optional(integer(0)),
      }),
);

export interface Range {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** https://docs.stripe.com/api/pagination */
const paging = {
  limit: v.optional(integer(1, 100)),
  starting_after: v.optional(text()),
  ending_before: v.optional(text()),
};

export const param = { text, integer, boolean, url, email, currency, metadata, range, paging };

/** Throws Stripe's error if there is any parameter. */
export const assertNoParams = (params: unknown): void => void parse(v.strictObject({}), params);

/** Validates parameters. Throws Stripe's error for the first problem. */
export function parse<const S extends v.GenericSchema>(schema: S, params: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, params);
  if (result.success) return result.output;
  // Stripe reports unknown parameters before anything else.
  throw paramError(result.issues.find(isUnknown) ?? result.issues[0]);
}

const isUnknown = (issue: v.BaseIssue<unknown>) =>
  issue.type === "strict_object" && issue.expected === "never";

function paramError(issue: v.BaseIssue<unknown>): ApiError {
  const name = paramName(issue);
  const input = typeof issue.input === "object" ? "" : String(issue.input); // a form's maps have no toString
  if (isUnknown(issue)) return unknownParam(name);
  if (issue.kind === "schema" && issue.input === undefined)
    return invalidParam(name, `Missing required param: ${name}.`, "parameter_missing");
  switch (issue.type) {
    case "non_empty":
      return invalidParam(
        name,
        `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
        "parameter_invalid_empty",
      );
    case "regex":
      return invalidParam(name, `Invalid integer: ${input}`, "parameter_invalid_integer");
    case "min_value":
    case "max_value":
      return invalidParam(
        name,
        `This value must be ${issue.type === "min_value" ? "greater" : "less"} than or equal to ${issue.requirement} (it currently is '${input}').`,
        "parameter_invalid_integer",
      );
    case "max_length":
      return Array.isArray(issue.input)
        ? invalidParam(
            name,
            `You may only specify up to ${issue.requirement} of these; you passed ${issue.input.length}.`,
          )
        : invalidParam(
            name,
            `Invalid string: ${input.slice(0, 10)}…; must be at most ${issue.requirement} characters`,
          );
    case "picklist":
      return invalidParam(
        name,
        `Invalid ${name}: must be one of ${issue.expected?.replace(/[()"]/g, "").replaceAll(" | ", ", ")}`,
      );
    case "check":
      return checkError(issue.message, name, input);
    case "raw_check":
      return invalidParam(name, issue.message);
    default:
      return invalidParam(name, `Invalid ${issue.type.replace(/^.*_/, "").replace("record", "object")}`);
  }
}

const unknownParam = (name: string) =>
  invalidParam(
    name,
    isStripesParameter(name)
      ? `This simulator does not play the parameter ${name}.`
      : `Received unknown parameter: ${name}`,
    "parameter_unknown",
  );

/** The reasons given to `v.check`, above and in the schemas of other files. */
function checkError(reason: string, name: string, input: string): ApiError {
  switch (reason) {
    case "url":
      return invalidParam(name, "Not a valid URL", "url_invalid");
    case "url_too_long":
      return invalidParam(name, `Invalid URL: URL must be ${CHECKOUT_LIMITS.url} characters or less.`);
    case "url_not_ascii":
      return invalidParam(
        name,
        "Invalid URL: Non-ASCII characters in URLs must be percent-encoded in order for the URL to be valid.",
      );
    case "email":
      return invalidParam(name, `Invalid email address: ${input}`, "email_invalid");
    case "boolean":
      return invalidParam(name, `Invalid boolean: ${input}`);
    case "currency":
      return invalidParam(
        name,
        `Invalid currency: ${input}. Stripe currently supports these currencies: ${[...CURRENCIES.keys()].join(", ")}`,
      );
    default:
      return invalidParam(name, reason);
  }
}

/** `line_items[0][price_data][currency]` */
function paramName(issue: v.BaseIssue<unknown>): string {
  const [first, ...rest] = issue.path?.map(({ key }) => String(key)) ?? [];
  return [first ?? "", ...rest.map((key) => `[${key}]`)].join("");
}
