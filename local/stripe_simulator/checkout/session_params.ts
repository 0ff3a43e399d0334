import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { CHECKOUT_LIMITS, CURRENCIES, LARGEST_AMOUNT } from "../../../lib/orders/stripe_limits.ts";

import { invalidParam } from "../api/errors.ts";
import { param, parse } from "../api/params.ts";

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

const LineItem = v.strictObject({
  price_data: v.strictObject({
    currency: param.currency,
    unit_amount: param.integer(0),
    product_data: ProductData,
    tax_behavior: v.optional(v.picklist(["exclusive", "inclusive", "unspecified"])),
  }),
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
      statement_descriptor: v.optional(param.text(22)),
      statement_descriptor_suffix: v.optional(param.text(22)),
      transfer_group: v.optional(param.text()),
    }),
  ),
});

export type NewCheckoutSession = v.InferOutput<typeof CreateParams> & {
  currency: string;
  total: number;
  expires_at: number;
};

export type NewLine = v.InferOutput<typeof LineItem>;

export const lineTotal = (line: NewLine) => line.price_data.unit_amount * line.quantity;

/** https://docs.stripe.com/api/checkout/sessions/create, as far as this simulator supports it.
 *  @param now the account's time, in seconds */
export function parseCheckoutSession(params: unknown, now: number): NewCheckoutSession {
  const wanted = parse(CreateParams, params);
  if (wanted.mode !== "payment")
    throw invalidParam(
      "mode",
      `This simulator supports Checkout Sessions in \`payment\` mode only, not in \`${wanted.mode}\` mode.`,
    );
  const currency = singleCurrency(wanted.line_items);
  const total = wanted.line_items.reduce((sum, line) => sum + lineTotal(line), 0);
  assertAmounts(wanted.line_items, currency, total);
  return { ...wanted, currency, total, expires_at: resolveExpiry(now, wanted.expires_at) };
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
