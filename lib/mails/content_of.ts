import { inWords } from "../clock.ts";
import { configuration } from "../configuration.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { formatMoney } from "../money/format_money.ts";
import type { Order } from "../orders/order.ts";
import { orderNumber } from "../orders/order_number.ts";
import { timelineTitle } from "../orders/timeline_titles.ts";
import { entryOf, type OutboxRow } from "../outbox/outbox_row.ts";
import { failuresPath, orderPath } from "../urls.ts";
import { harmless } from "./harmless.ts";
import type { Content, Part, Row } from "./render_mail.ts";

/** What a mail says to whom: in Convene's words where it has some. */
export function contentOf(
  row: OutboxRow,
  order: Order,
  marketplace: Marketplace,
): Content & { subject: string } {
  const name = harmless(marketplace.name);
  const number = orderNumber(order.id);
  const link = {
    label: "Look at the Order",
    url: `${configuration.baseUrl}${orderPath(marketplace, order.id)}`,
  };
  if (row.channel === "buyer")
    return {
      subject: `Order Placed at ${name}!`,
      title: `Order Placed at ${name}!`,
      parts: [{ sentences: [`Placed At ${inWords(new Date(row.at))}`] }, ...sale(order)],
      foot: `Order ${number} (${order.id}).${marketplace.order_notifications?.length ? ` Answer this mail to reach ${name}.` : ""}`,
    };
  if (row.topic === "order.paid")
    return {
      subject: `Order Received for ${name}: ${number}`,
      title: `Order Received for ${name}: ${number}`,
      parts: [{ sentences: [`Received At ${inWords(new Date(row.at))}`] }, ...sale(order), ...buyer(order)],
      link,
      foot: `Order ${order.id}. You get this because your address is one of the Order Notifications of ${name}.`,
    };
  const isForMembers = row.channel === "members";
  const what = (isForMembers ? WARNINGS.get(entryOf(row)) : undefined) ?? timelineTitle(entryOf(row));
  return {
    subject: `${what} for ${name}: ${number}`,
    title: `${what} for ${name}: ${number}`,
    parts: [{ sentences: [`${inWords(new Date(row.at))}: ${row.detail ?? ""}`] }, ...buyer(order)],
    link,
    foot: isForMembers
      ? `Order ${order.id}. You get this because you are a member of its Space.`
      : `Order ${order.id}. You get this because your address is one of the Order Notifications of ${name}.`,
  };
}

/** What members are told of events that fail (lib/stripe_events/warn_of_failures.ts); their cause is the first of the fact. */
export function contentOfSpace(row: OutboxRow, spaceName: string): Content & { subject: string } {
  const cause = row.fact.slice(0, row.fact.lastIndexOf("@"));
  const title = `${FAILING.get(entryOf(row)) ?? "Events Fail"} in ${harmless(spaceName)}: ${cause}`;
  return {
    subject: title,
    title,
    parts: [{ sentences: [`${inWords(new Date(row.at))}: ${row.detail ?? ""}`] }],
    link: {
      label: "Look at the Problems",
      url: `${configuration.baseUrl}${failuresPath(row.space)}`,
    },
    foot: "You get this because you are a member of this Space.",
  };
}

const FAILING = new Map([
  ["failing", "Events Fail"],
  ["failing_again", "Events Still Fail"],
  ["failing_over", "Events Fail No Longer"],
]);

/** What members are told that they should see to (lib/money/warn_members.ts). */
const WARNINGS = new Map([
  ["hold", "Payment Split On Hold For A Day"],
  ["hold_again", "Payment Split Still On Hold"],
  ["hold_over", "Payment Split No Longer On Hold"],
  ["dispute", "Dispute Needs Evidence"],
  ["dispute_again", "Dispute Still Needs Evidence"],
  ["dispute_over", "Dispute Needs No More Evidence"],
  ["proof", "Money Not Proved To The Cent"],
  ["proof_again", "Money Still Not Proved To The Cent"],
  ["proof_over", "Money Proved To The Cent"],
]);

function sale(order: Order): Part[] {
  const money = (amount: number) => formatMoney(amount, order.currency);
  const lines = (order.lines ?? []).map(
    ({ name, unit_amount, quantity, note }): Row => ({
      label: `${quantity} × ${harmless(name)}`,
      note: note && harmless(note),
      value: money(unit_amount * quantity),
    }),
  );
  return [
    {
      heading: "Products",
      rows: [...lines, { label: "Subtotal", value: money(order.product_total) }],
    },
    {
      heading: "Taxes and Fees",
      rows: [
        { label: "Taxes", value: money(order.tax_amount) },
        { label: "Delivery", value: money(order.delivery_amount) },
        { label: "Total", value: money(order.amount_total) },
      ],
    },
  ];
}

const buyer = ({ buyer_email }: Order): Part[] =>
  buyer_email ? [{ heading: "Buyer", sentences: [harmless(buyer_email)] }] : [];
