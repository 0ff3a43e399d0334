import { orderNumber } from "../orders/order_number.ts";
import { html, type VNode } from "./html.ts";

/** An Order by its number; without a page to lead to, for who may not see it, the number alone. */
export function OrderLink({ id, href }: { id: string; href?: string | undefined }): VNode {
  const number = html`<code class="number">${orderNumber(id)}</code>`;
  return href === undefined ? number : html`<a href=${href}>${number}</a>`;
}
