import type { MarketplaceRef } from "../ids.ts";
import { formatMoney } from "../money/format_money.ts";
import type { Order } from "../orders/order.ts";
import { splitOf } from "../orders/split.ts";
import { orderPath } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { OrderLink } from "./order_link.ts";
import { OrderPills, SPLIT_WORDS } from "./order_status.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** Orders, newest first. Where no buyer is kept, there is no column of them. */
export function OrderRows({ marketplace, orders }: { marketplace: MarketplaceRef; orders: Order[] }): VNode {
  const hasBuyers = orders.some(({ buyer_email }) => buyer_email);
  const placed = { label: "Placed", amount: true as const };
  const total = { label: "Total", amount: true as const };
  return html`<${Table}
    caption="Orders, newest first"
    columns=${["Order", ...(hasBuyers ? ["Buyer"] : []), "Status", "Payment split", placed, total]}
    rows=${orders.map((order) => [
      html`<${OrderLink} id=${order.id} href=${orderPath(marketplace, order.id)} />`,
      ...(hasBuyers ? [order.buyer_email] : []),
      html`<${OrderPills} order=${order} />`,
      order.status === "paid" && html`<${Status} words=${SPLIT_WORDS[splitOf(order).status]} />`,
      html`<${Time} at=${order.placed_at} ago />`,
      formatMoney(order.amount_total, order.currency),
    ])}
  />`;
}
