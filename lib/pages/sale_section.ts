import { formatMoney } from "../money/format_money.ts";
import type { OrderJson } from "../orders/present_order.ts";
import { Breakable } from "./breakable.ts";
import { html, type VNode } from "./html.ts";
import { Time } from "./time.ts";

/** What was sold to whom, and what it comes to. */
export function SaleSection({ order }: { order: OrderJson }): VNode {
  const { lines, currency, product_total, delivery_amount, tax_amount, amount_total } = order;
  const amount = (of: number) => formatMoney(of, currency);
  return html`
    <section aria-labelledby="sale">
      <h2 id="sale">What was sold</h2>
      <table class="statement">
        <caption class="unseen">What was sold, in ${currency.toUpperCase()}</caption>
        <tbody>
          ${lines?.map(
            ({ name, unit_amount, quantity, note }) => html`<tr>
              <th scope="row">
                ${quantity} × <bdi>${name}</bdi>
                ${quantity > 1 && html`${" "}<span class="soft">at ${amount(unit_amount)}</span>`}
                ${note && html`<br /><span class="soft"><bdi>${note}</bdi></span>`}
              </th>
              <td>${amount(unit_amount * quantity)}</td>
            </tr>`,
          )}
          <tr class=${lines && "sum"}><th scope="row">Products</th><td>${amount(product_total)}</td></tr>
          <tr><th scope="row">Delivery</th><td>${amount(delivery_amount)}</td></tr>
          <tr><th scope="row">Taxes</th><td>${amount(tax_amount)}</td></tr>
          <tr class="sum"><th scope="row">Total</th><td>${amount(amount_total)}</td></tr>
        </tbody>
      </table>
      <${Buyer} order=${order} />
    </section>
  `;
}

function Buyer({ order: { buyer_email, buyer_erased_at } }: { order: OrderJson }): VNode | null {
  if (!buyer_email && !buyer_erased_at) return null;
  return html`<dl>
    <dt>Buyer</dt>
    <dd>${buyer_erased_at ? html`was erased <${Time} at=${buyer_erased_at} />` : html`<${Breakable} text=${buyer_email ?? ""} />`}</dd>
  </dl>`;
}
