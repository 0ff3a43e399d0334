import { ValidationError } from "../errors.ts";
import type { Order } from "../orders/order.ts";
import type { RefundFacts } from "../reckoning/facts.ts";
import { reckon } from "../reckoning/reckon.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { formatMoney } from "./format_money.ts";
import { parseAmount, typedAmount } from "./parse_amount.ts";
import { readFacts } from "./read_facts.ts";
import { assertRefundable, type RefundAmounts } from "./refundable.ts";

/** Who pays a refund. `buyer` is in the Order's currency, `vendor` in `currency`, the one that is settled in. */
export type RefundPreview = RefundAmounts & { currency: string; vendor: number };

/** What was typed into the form of a refund. @throws {ValidationError} */
export function refundAmounts(
  { amount, product_amount }: { amount: string; product_amount: string },
  currency: string,
): RefundAmounts {
  const parsed = parseAmount(amount, currency);
  const isOfProducts = product_amount.trim() !== "";
  const products = isOfProducts ? parseAmount(product_amount, currency) : undefined;
  const example = `such as ${typedAmount(parseAmount("5", currency) ?? 0, currency)}`;
  const wrong = `Enter an amount in ${currency.toUpperCase()}, ${example}.`;
  if (!parsed)
    throw new ValidationError({ amount: amount.trim() === "" ? `Enter an amount, ${example}.` : wrong });
  if (isOfProducts && products === undefined) throw new ValidationError({ product_amount: wrong });
  return { amount: parsed, ...(products !== undefined && { product_amount: products }) };
}

/**
 * Who would pay a refund, by what Stripe says now. Nothing is changed by looking.
 * @throws {ValidationError}; {HttpError} 409 `not_refundable`; {StripeRequestFailed}
 */
export async function previewRefund(order: Order, wanted: RefundAmounts): Promise<RefundPreview> {
  return await withStripeErrors(order.space, async () => {
    const { stripe } = await cachedPlatform(order.space);
    const { facts } = await readFacts(stripe, order, undefined);
    const charge = assertRefundable(order, facts, wanted, {
      amount: (left) => `At most ${formatMoney(left, order.currency)} can be refunded.`,
      product_amount: (most) => `At most ${formatMoney(most, order.currency)} of it can be for products.`,
    });
    const refund: RefundFacts = {
      id: "",
      amount: wanted.amount,
      status: "pending",
      product_amount: wanted.product_amount,
      key: undefined,
      created: 0,
    };
    const before = reckon(order, charge, facts);
    const after = reckon(order, charge, { ...facts, refunds: [refund, ...facts.refunds] });
    return {
      ...wanted,
      currency: before?.currency ?? order.currency,
      vendor: (before?.target ?? 0) - (after?.target ?? 0),
    };
  });
}
