import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { fields, Text } from "../http/body.ts";
import { isEmail } from "../ids.ts";
import { Amount, MAX_AMOUNT } from "../orders/amount.ts";

/** Stripe's limit of lines in a Checkout Session (Stripe API, "Create a Checkout Session", line_items). */
const MAX_LINES = 100;
const MAX_QUANTITY = 999_999;
const MAX_URL_LENGTH = 2_048;
/** Ours: it is kept with the Order, whose row has room for 100 of them. */
const MAX_NOTE_LENGTH = 500;

const LineItem = fields({
  name: v.pipe(
    Text,
    v.trim(),
    v.minLength(1, "must not be empty"),
    v.maxLength(250, "must have at most 250 characters"),
  ),
  unit_amount: v.pipe(Amount, v.minValue(1, "must be at least 1")),
  quantity: v.pipe(
    v.number("must be a whole number"),
    v.integer("must be a whole number"),
    v.minValue(1, "must be at least 1"),
    v.maxValue(MAX_QUANTITY, `must be at most ${MAX_QUANTITY}`),
  ),
  note: v.optional(
    v.pipe(Text, v.trim(), v.maxLength(MAX_NOTE_LENGTH, `must have at most ${MAX_NOTE_LENGTH} characters`)),
  ),
});

const currencies = new Set(Intl.supportedValuesOf("currency").map((currency) => currency.toLowerCase()));
const Currency = v.pipe(
  v.string("must be a currency such as `usd`"),
  v.check(
    (currency) => currencies.has(currency),
    "must be a currency in three lowercase letters, such as `usd`",
  ),
);

const RedirectUrl = v.pipe(
  Text,
  v.maxLength(MAX_URL_LENGTH, `must have at most ${MAX_URL_LENGTH} characters`),
  v.check(
    isSafeUrl,
    "must be an https:// URL (http:// only on this machine), without a user name or password in it",
  ),
);

/** What a buyer is about to pay for. Amounts are integers in the currency's smallest unit. */
export type CheckoutRequest = v.InferOutput<typeof CheckoutRequest>;
export const CheckoutRequest = v.pipe(
  fields({
    line_items: v.pipe(
      v.array(LineItem, "must be a list of lines"),
      v.minLength(1, "must have at least one line"),
    ),
    delivery_amount: v.optional(Amount, 0),
    tax_amount: v.optional(Amount, 0),
    currency: Currency,
    customer_email: v.optional(
      v.pipe(
        Text,
        v.trim(),
        v.maxLength(254, "must have at most 254 characters"),
        v.check(isEmail, "must be an email address"),
      ),
    ),
    success_url: RedirectUrl,
    cancel_url: RedirectUrl,
  }),
  v.forward(
    v.check(
      (request) => linesOf(request) <= MAX_LINES,
      `must be at most ${MAX_LINES} lines, with delivery and taxes`,
    ),
    ["line_items"],
  ),
  v.forward(
    v.check(
      (request) => totalsOf(request).amount_total <= MAX_AMOUNT,
      `must come to at most ${MAX_AMOUNT} in all`,
    ),
    ["line_items"],
  ),
);

type Amounts = {
  line_items: { unit_amount: number; quantity: number }[];
  delivery_amount: number;
  tax_amount: number;
};

const linesOf = ({ line_items, delivery_amount, tax_amount }: Amounts): number =>
  line_items.length + (delivery_amount > 0 ? 1 : 0) + (tax_amount > 0 ? 1 : 0);

export function totalsOf({ line_items, delivery_amount, tax_amount }: Amounts) {
  const product_total = line_items.reduce(
    (sum, { unit_amount, quantity }) => sum + unit_amount * quantity,
    0,
  );
  return { product_total, amount_total: product_total + delivery_amount + tax_amount };
}

/**
 * Buyers are sent there: nothing but the web, and nothing unencrypted but the machine we run on. It goes to Stripe as it
 * came, `{CHECKOUT_SESSION_ID}` and all, so it must be written out: no spaces, no backslashes, nothing before the host.
 */
function isSafeUrl(text: string): boolean {
  if (!/^https?:\/\/[^/?#@\\\s]+(?:[/?#][^\\\s]*)?$/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const base = new URL(configuration.baseUrl);
  return (
    protocol === "https:" ||
    (base.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]", base.hostname].includes(hostname))
  );
}
