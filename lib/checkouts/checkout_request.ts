import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { fields, Text } from "../http/body.ts";
import { isEmail } from "../ids.ts";
import { Amount, OptionalAmount } from "../orders/amount.ts";
import {
  CHECKOUT_LIMITS,
  CURRENCIES,
  LARGEST_AMOUNT,
  SESSION_ID_TEMPLATE,
  urlTrouble,
} from "../orders/stripe_limits.ts";

/** Ours, and less than Stripe takes: names and notes are kept with the Order, whose row has room for 100 of them. */
export const MAX_NAME_LENGTH = 250;
const MAX_NOTE_LENGTH = 500;

/** A field that may be left out; programs that have nothing to put there also send null, or an empty text. */
const orNothing = <Schema extends v.GenericSchema<string, string>>(schema: Schema) =>
  v.pipe(
    v.nullish(v.unknown()),
    v.metadata({ given: v.nullable(schema) }), // for the OpenAPI document
    v.transform((value) =>
      value === null || (typeof value === "string" && !value.trim()) ? undefined : value,
    ),
    v.optional(schema),
  );

const LineItem = fields({
  name: v.pipe(
    Text,
    v.trim(),
    v.minLength(1, "must not be empty"),
    v.maxLength(MAX_NAME_LENGTH, `must have at most ${MAX_NAME_LENGTH} characters`),
  ),
  unit_amount: Amount,
  quantity: v.pipe(
    v.number("must be a whole number"),
    v.integer("must be a whole number"),
    v.minValue(1, "must be at least 1"),
    v.maxValue(CHECKOUT_LIMITS.quantity, `must be at most ${CHECKOUT_LIMITS.quantity}`),
  ),
  note: orNothing(
    v.pipe(Text, v.trim(), v.maxLength(MAX_NOTE_LENGTH, `must have at most ${MAX_NOTE_LENGTH} characters`)),
  ),
});

const Currency = v.pipe(
  v.string("must be a currency such as `usd`"),
  v.description("One that Stripe takes, by its three letters."),
  v.toLowerCase(),
  v.check(
    (currency) => CURRENCIES.has(currency),
    "must be a currency that Stripe takes, by its three letters, such as `usd`",
  ),
);

const URL_TROUBLE = {
  too_long: `must have at most ${CHECKOUT_LIMITS.url} characters`,
  not_ascii: "must have its letters beyond ASCII percent-encoded, a host's as `xn--…`",
  not_a_url: "must be a whole URL, written out, such as `https://shop.example/thanks`",
};

/** As Stripe takes it, and safe to send a buyer to. It goes to Stripe as it came. */
const RedirectUrl = v.pipe(
  Text,
  v.description(`Where Stripe sends the buyer; \`${SESSION_ID_TEMPLATE}\` in it becomes the session's id.`),
  v.rawCheck<string>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const trouble = urlTrouble(dataset.value);
    if (trouble) addIssue({ message: URL_TROUBLE[trouble] });
    else if (!isSafeUrl(dataset.value))
      addIssue({
        message:
          "must be an https:// URL (http:// only on this machine), without a user name or password in it",
      });
    else if (hasEncodedTemplate(dataset.value))
      addIssue({
        message: `must have ${SESSION_ID_TEMPLATE} as it is, braces and all: percent-encoded, Stripe puts no id there`,
      });
  }),
);

/** What a buyer is about to pay for. Amounts are integers in the currency's smallest unit. */
export type CheckoutRequest = v.InferOutput<typeof CheckoutRequest>;
export const CheckoutRequest = v.pipe(
  fields({
    line_items: v.pipe(
      v.array(LineItem, "must be a list of lines"),
      v.minLength(1, "must have at least one line"),
    ),
    delivery_amount: OptionalAmount,
    tax_amount: OptionalAmount,
    currency: Currency,
    customer_email: orNothing(v.pipe(Text, v.trim(), v.check(isEmail, "must be an email address"))),
    success_url: RedirectUrl,
    cancel_url: orNothing(RedirectUrl),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const { path, message } of amountTroubles(dataset.value))
      addIssue({ message, path: pathTo(dataset.value, path) });
  }),
);

type Amounts = {
  line_items: { unit_amount: number; quantity: number }[];
  delivery_amount: number;
  tax_amount: number;
};

type Trouble = { path: [string, ...(string | number)[]]; message: string };

/** What no field is wrong by itself, but for the currency, or together. */
function amountTroubles(request: Amounts & { currency: string }): Trouble[] {
  const { line_items, delivery_amount, tax_amount, currency } = request;
  const { step = 1, smallest = 1 } = CURRENCIES.get(currency) ?? {};
  const { amount_total } = totalsOf(request);
  const inAll = (message: string): Trouble => ({ path: ["line_items"], message });
  const each: [path: Trouble["path"], amount: number][] = [
    ...line_items.map(({ unit_amount }, index): [Trouble["path"], number] => [
      ["line_items", index, "unit_amount"],
      unit_amount,
    ]),
    [["delivery_amount"], delivery_amount],
    [["tax_amount"], tax_amount],
  ];
  return [
    ...(linesOf(request) > CHECKOUT_LIMITS.lines
      ? [inAll(`must be at most ${CHECKOUT_LIMITS.lines} lines, with delivery and taxes`)]
      : []),
    ...each
      .filter(([, amount]) => amount % step !== 0)
      .map(([path]) => ({ path, message: `must be a multiple of ${step} in ${currency}` })),
    ...(amount_total > LARGEST_AMOUNT ? [inAll(`must come to at most ${LARGEST_AMOUNT} in all`)] : []),
    ...(amount_total > 0 && amount_total < smallest
      ? [inAll(`must come to at least ${smallest} in all in ${currency}, or to nothing`)]
      : []),
  ];
}

/** A path as valibot has it: each step with the value that it leads from, and to. */
function pathTo(from: object, [first, ...rest]: Trouble["path"]): [v.IssuePathItem, ...v.IssuePathItem[]] {
  const step = (input: unknown, key: string | number): v.IssuePathItem => ({
    type: "unknown",
    origin: "value",
    input,
    key,
    value: undefined,
  });
  return [step(from, first), ...rest.map((key) => step(undefined, key))];
}

const linesOf = ({ line_items, delivery_amount, tax_amount }: Amounts): number =>
  line_items.length + (delivery_amount > 0 ? 1 : 0) + (tax_amount > 0 ? 1 : 0);

export function totalsOf({ line_items, delivery_amount, tax_amount }: Amounts) {
  const product_total = line_items.reduce(
    (sum, { unit_amount, quantity }) => sum + unit_amount * quantity,
    0,
  );
  return { product_total, amount_total: product_total + delivery_amount + tax_amount };
}

/** Buyers are sent there: nothing but the web, and nothing unencrypted but the machine we run on. */
function isSafeUrl(text: string): boolean {
  const { protocol, hostname, username, password } = new URL(text);
  const base = new URL(configuration.baseUrl);
  return (
    !/^https?:\/\/[^/?#]*@/i.test(text) &&
    username + password === "" &&
    (protocol === "https:" ||
      (base.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]", base.hostname].includes(hostname)))
  );
}

const hasEncodedTemplate = (text: string): boolean =>
  text.toUpperCase().includes(encodeURIComponent(SESSION_ID_TEMPLATE));
