import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { CHECKOUT_LIMITS, CURRENCIES, LARGEST_AMOUNT } from "../../../lib/orders/stripe_limits.ts";
import { invalidParam } from "../api/errors.ts";
import { param, parse } from "../api/params.ts";
import { shippingParam } from "../payments/addresses.ts";

const HALF_AN_HOUR_SECONDS = 30 * 60;
const ONE_DAY_SECONDS = 24 * 60 * 60;

/** Cards pay immediately; bank debits are confirmed days later
 *  (https://docs.stripe.com/payments/payment-methods/payment-method-support). */
const PAYMENT_METHODS = ["card", "us_bank_account", "sepa_debit"];

const ProductData = v.strictObject({
  name: param.text(CHECKOUT_LIMITS.name),
  description: v.optional(param.text()),
  images: v.optional(v.pipe(v.array(param.url), v.maxLength(8))),
  metadata: v.optional(param.metadata),
  tax_code: v.optional(param.text()),
});

const PriceData = v.strictObject({
  currency: param.currency,
  unit_amount: param.integer(0),
  product_data: ProductData,
  tax_behavior: v.optional(v.picklist(["exclusive", "inclusive", "unspecified"])),
});

const LineItem = v.strictObject({
  price: v.optional(param.text()),
  price_data: v.optional(PriceData),
  quantity: param.integer(1, CHECKOUT_LIMITS.quantity),
  metadata: v.optional(param.metadata),
});

const CreateParams = v.strictObject({
  mode: v.picklist(["payment", "setup", "subscription"]),
  line_items: v.pipe(v.array(LineItem), v.maxLength(CHECKOUT_LIMITS.lines)),
  success_url: param.url,
  cancel_url: v.optional(param.url),
  adaptive_pricing: v.optional(v.strictObject({ enabled: v.optional(param.boolean) })),
  client_reference_id: v.optional(param.text(CHECKOUT_LIMITS.reference)),
  customer_email: v.optional(param.email),
  expires_at: v.optional(param.integer(0)),
  metadata: v.optional(param.metadata),
  allowed_payment_method_types: v.optional(v.array(v.picklist(PAYMENT_METHODS))),
  payment_intent_data: v.optional(
    v.strictObject({
      description: v.optional(param.text(1000)),
      metadata: v.optional(param.metadata),
      receipt_email: v.optional(param.email),
      shipping: v.optional(shippingParam),
      statement_descriptor: v.optional(param.text(22)),
      statement_descriptor_suffix: v.optional(param.text(22)),
      transfer_group: v.optional(param.text()),
    }),
  ),
});

export type NewCheckoutSession = Omit<v.InferOutput<typeof CreateParams>, "line_items"> & {
  line_items: NewLine[];
  currency: string;
  total: number;
  expires_at: number;
};

/** A line, with what its price says, whether it is made for the line or was there before. */
export type NewLine = Pick<v.InferOutput<typeof LineItem>, "metadata" | "quantity"> & {
  price_data: v.InferOutput<typeof PriceData>;
  price?: Stripe.Price;
};

/** The price of this id, and the name of its product. */
export type FindPrice = (id: string, param: string) => { price: Stripe.Price; name: string };

export const lineTotal = (line: NewLine) => line.price_data.unit_amount * line.quantity;

/** https://docs.stripe.com/api/checkout/sessions/create, as far as this simulator supports it.
 *  @param now the account's time, in seconds */
export function parseCheckoutSession(params: unknown, now: number, findPrice: FindPrice): NewCheckoutSession {
  const wanted = parse(CreateParams, params);
  if (wanted.mode !== "payment")
    throw invalidParam(
      "mode",
      `This simulator supports Checkout Sessions in \`payment\` mode only, not in \`${wanted.mode}\` mode.`,
    );
  const line_items = wanted.line_items.map((line, index) => priced(line, index, findPrice));
  const currency = singleCurrency(line_items);
  const total = line_items.reduce((sum, line) => sum + lineTotal(line), 0);
  assertAmounts(line_items, currency, total);
  return { ...wanted, line_items, currency, total, expires_at: resolveExpiry(now, wanted.expires_at) };
}

function priced(
  { price: id, price_data, ...line }: v.InferOutput<typeof LineItem>,
  index: number,
  findPrice: FindPrice,
): NewLine {
  const name = `line_items[${index}]`;
  if (id && price_data)
    throw invalidParam(name, "You may only specify one of these parameters: price, price_data.");
  if (price_data) return { ...line, price_data };
  if (!id)
    throw invalidParam(
      `${name}[price_data]`,
      `Missing required param: ${name}[price_data].`,
      "parameter_missing",
    );
  const { price, name: product } = findPrice(id, `${name}[price]`);
  if (!price.active) throw invalidParam(`${name}[price]`, `The price specified is inactive: ${id}.`);
  const unit_amount = price.unit_amount ?? 0;
  return {
    ...line,
    price,
    price_data: { currency: price.currency, unit_amount, product_data: { name: product } },
  };
}

function singleCurrency(lines: NewLine[]): string {
  const [currency = "", ...others] = new Set(lines.map((line) => line.price_data.currency));
  if (others.length > 0)
    throw invalidParam("line_items", "All prices on a Checkout session must have the same currency.");
  return currency;
}

/** https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, and #special-cases */
function assertAmounts(lines: NewLine[], currency: string, total: number): void {
  const { step = 1, smallest = 1 } = CURRENCIES.get(currency) ?? {};
  const most = formatMoney(LARGEST_AMOUNT, currency);
  for (const [index, { price_data }] of lines.entries()) {
    const name = `line_items[${index}][price_data][unit_amount]`;
    if (price_data.unit_amount > LARGEST_AMOUNT)
      throw invalidParam(name, `Amount must be no more than ${most} ${currency}`, "amount_too_large");
    if (price_data.unit_amount % step !== 0)
      throw invalidParam(
        name,
        `Invalid amount. Currency ${currency.toUpperCase()} has become effectively ${step === 100 ? "zero" : "two"}-decimal and charged amounts must be evenly divisible by ${step}. See https://stripe.com/docs/currencies#zero-decimal for more information.`,
      );
  }
  if (total > LARGEST_AMOUNT)
    throw invalidParam(
      "line_items",
      `The Checkout Session's total amount due must be no more than ${most} ${currency}`,
      "amount_too_large",
    );
  if (total > 0 && total < smallest)
    throw invalidParam(
      "line_items",
      `The Checkout Session's total amount due must add up to at least ${formatMoney(smallest, currency)} ${currency}`,
      "amount_too_small",
    );
}

function resolveExpiry(now: number, expiresAt = now + ONE_DAY_SECONDS): number {
  const left = expiresAt - now;
  // One second of tolerance at either end, for the time in transit.
  if (left < HALF_AN_HOUR_SECONDS - 1)
    throw invalidParam(
      "expires_at",
      "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
    );
  if (left > ONE_DAY_SECONDS + 1)
    throw invalidParam(
      "expires_at",
      "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
    );
  return expiresAt;
}
