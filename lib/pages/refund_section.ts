import { HttpError, StripeRequestFailed, ValidationError } from "../errors.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { formatMoney } from "../money/format_money.ts";
import { typedAmount } from "../money/parse_amount.ts";
import { previewRefund, type RefundPreview, refundAmounts } from "../money/preview_refund.ts";
import type { Order } from "../orders/order.ts";
import { orderPath, refundsPath } from "../urls.ts";
import { Field, Form, type FormState } from "./form.ts";
import { html, type VNode } from "./html.ts";
import type { PageContext } from "./route.ts";

/** What the page of an Order takes in its query: a refund that somebody thinks of. */
export const REFUND_QUERY = ["amount", "product_amount"];

/** A refund that is thought of: what was typed, and who would pay it, or what is wrong. */
type Thought = FormState & { preview?: RefundPreview };

/** Asks Stripe what a refund would come to, and changes nothing. Undefined where none is thought of. */
export async function thinkOfRefund(order: Order, visit: PageContext): Promise<Thought | undefined> {
  const { amount, product_amount = "" } = visit.request.queryStringParameters ?? {};
  const values = amount === undefined ? sentBack(order, visit) : { amount, product_amount };
  if (!values) return undefined;
  // What was sent came to nothing, for a reason that is no amount's: the page says it.
  if (amount === undefined && !visit.formState.errors.amount && !visit.formState.errors.product_amount)
    return { values, errors: {} };
  try {
    const preview = await previewRefund(order, refundAmounts(values, order.currency));
    return { values, errors: {}, preview };
  } catch (error) {
    if (error instanceof ValidationError) return { values, errors: error.fields };
    if (error instanceof HttpError || error instanceof StripeRequestFailed)
      return { values, errors: { amount: error.message } };
    throw error;
  }
}

/** The second step sends amounts in the smallest unit; where it came to nothing, they stand in the first as they were typed. */
function sentBack({ currency }: Order, { formState: { values } }: PageContext) {
  const typed = (sent = "") => (/^\d+$/.test(sent) ? typedAmount(Number(sent), currency) : sent);
  return values.amount === undefined
    ? undefined
    : { amount: typed(values.amount), product_amount: typed(values.product_amount) };
}

type Facts = { marketplace: Marketplace; order: Order; thought: Thought | undefined; visit: PageContext };

/** Two steps: how much, by which nothing is changed; and then who pays it, with the button. */
export function RefundSection({ marketplace, order, thought, visit }: Facts): VNode | null {
  const left = order.amount_total - (order.money?.refunded ?? 0);
  // What is disputed, the bank has: Stripe refunds nothing of it.
  if (order.status !== "paid" || left <= 0 || order.money?.disputed) return null;
  const formState = thought ?? visit.formState;
  return html`<section aria-labelledby="refund">
    <h2 id="refund">Refund</h2>
    <p class="hint">
      Up to ${formatMoney(left, order.currency)} can go back to the buyer. The Vendor gives back their part of it. Stripe keeps
      its fee, at the Distributor's cost.
    </p>
    <form method="get" action=${`${orderPath(marketplace, order.id)}#refund`} novalidate>
      <${Field} name="amount" label="Amount" formState=${formState} hint=${`In ${order.currency.toUpperCase()}`} />
      <${Field} name="product_amount" label="Of that, for products" formState=${formState} hint="Leave it empty to share it in proportion" />
      <p><button class="quiet">See who pays</button></p>
    </form>
    ${thought?.preview && html`<${Preview} marketplace=${marketplace} order=${order} preview=${thought.preview} visit=${visit} />`}
  </section>`;
}

function Preview({
  marketplace,
  order,
  preview,
  visit,
}: Omit<Facts, "thought"> & { preview: RefundPreview }): VNode {
  const { amount, product_amount, vendor, currency } = preview;
  const paysRest = currency === order.currency ? formatMoney(amount - vendor, currency) : "the rest";
  return html`
    <p>
      The buyer gets <strong>${formatMoney(amount, order.currency)}</strong>: of that the Vendor gives${" "}
      <strong>${formatMoney(vendor, currency)}</strong>, and the Distributor ${paysRest}.
    </p>
    <${Form} action=${refundsPath(marketplace, order.id)} session=${visit.access.session} button=${`Refund ${formatMoney(amount, order.currency)}`}>
      <input type="hidden" name="request" value=${`form-${order.version ?? 0}-${amount}`} />
      <input type="hidden" name="amount" value=${String(amount)} />
      ${product_amount !== undefined && html`<input type="hidden" name="product_amount" value=${String(product_amount)} />`}
    <//>
  `;
}
