import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { formatMoney } from "../money/format_money.ts";
import { getOrder } from "../orders/get_order.ts";
import { presentOrderWhole, type WholeOrderJson } from "../stripe_events/present_order_whole.ts";
import { eventPath, ordersPath } from "../urls.ts";
import { FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { isForMembers, MoneySection } from "./money_section.ts";
import { entryTone, ORDER_WORDS } from "./order_status.ts";
import { RefundSection, thinkOfRefund } from "./refund_section.ts";
import type { PageContext, View } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

export async function showOrder(visit: PageContext): Promise<View> {
  const marketplace = await marketplaceInPath(visit);
  const order = await getOrder(marketplace.marketplace, visit.request.pathParameters?.order);
  const isManaged = isForMembers(visit);
  const [json, thought] = await Promise.all([
    presentOrderWhole(order),
    isManaged ? thinkOfRefund(order, visit) : undefined,
  ]);
  const money = html`<${MoneySection} marketplace=${marketplace} order=${order} json=${json} visit=${visit} />`;
  const refund =
    isManaged &&
    html`<${RefundSection} marketplace=${marketplace} order=${order} thought=${thought} visit=${visit} />`;
  return {
    title: `Order ${json.id}`,
    body: orderPage(marketplace, json, visit, money, refund),
    marketplace,
    tab: "orders",
    json,
  };
}

/** What an Order comes to, where its money is, and how it went. */
const orderPage = (
  marketplace: Marketplace,
  order: WholeOrderJson,
  { access, formState }: PageContext,
  money: VNode,
  refund: VNode | false,
): VNode => html`
  <${FormTrouble} formState=${formState} fields=${["do", "version", "request"]} />
  ${order.failing_event && html`<${Failing} marketplace=${marketplace} event=${order.failing_event} access=${access} />`}
  <section aria-labelledby="order">
    <h2 id="order">The Order</h2>
    <dl>
      <dt>Status</dt><dd><${Status} words=${ORDER_WORDS[order.status]} /></dd>
      <dt>Total</dt><dd><strong>${formatMoney(order.amount_total, order.currency)}</strong></dd>
      <dt>Products</dt>
      <dd>${formatMoney(order.product_total, order.currency)} <span class="soft">the Vendor's share is reckoned from this</span></dd>
      <dt>Delivery and taxes</dt><dd>${formatMoney(order.amount_total - order.product_total, order.currency)}</dd>
      ${order.buyer_email && html`<dt>Buyer</dt><dd>${order.buyer_email}</dd>`}
      ${order.buyer_erased_at && html`<dt>Buyer</dt><dd>was erased <${Time} at=${order.buyer_erased_at} /></dd>`}
      <dt>Placed</dt><dd><${Time} at=${order.placed_at} /></dd>
      <dt>Marketplace</dt><dd>${marketplace.name}</dd>
      <dt>Checkout Session</dt><dd><code>${order.checkout_session}</code></dd>
      <dt>Payment</dt>
      <dd>${order.payment_intent ? html`<code>${order.payment_intent}</code>` : "none yet"}</dd>
    </dl>
  </section>
  ${
    order.lines &&
    html`<section aria-labelledby="lines">
      <h2 id="lines">What was sold</h2>
      <ul class="rows">
        ${order.lines.map(
          ({ name, unit_amount, quantity, note }) => html`<li>
            <span>${quantity} × ${name}${note && html`<br /><span class="soft">${note}</span>`}</span>
            <span>${formatMoney(unit_amount * quantity, order.currency)}</span>
          </li>`,
        )}
      </ul>
    </section>`
  }
  ${money}
  ${refund}
  <section aria-labelledby="timeline">
    <h2 id="timeline">What happened</h2>
    <ul class="rows">
      ${order.timeline.map(
        ({ at, entry, title, detail }) => html`<li>
          <span><${Status} words=${[title, entryTone(entry)]} /><br />${detail}</span>
          <span class="soft"><${Time} at=${at} /></span>
        </li>`,
      )}
    </ul>
  </section>
  <p><a href=${ordersPath(marketplace)}>All Orders of ${marketplace.name}</a></p>
`;

/** What Stripe has told, by the event's type; whether a promised payment has come, only a run finds out. */
const TOLD = new Map([
  ["checkout.session.completed", "There is a payment for this Order: the buyer is through at Stripe."],
  [
    "checkout.session.async_payment_succeeded",
    "There is a payment for this Order: the buyer's bank has paid.",
  ],
]);

type Facts = {
  marketplace: Marketplace;
  event: NonNullable<WholeOrderJson["failing_event"]>;
  access: PageContext["access"];
};

/** The event itself is for members. */
const Failing = ({ marketplace: { space }, event, access }: Facts): VNode => html`
  <section class="trouble" aria-labelledby="failing">
    <h2 id="failing">Not up to date</h2>
    <p>
      ${TOLD.get(event.type) ?? "Stripe has told what became of this Order."} It is not written down here yet, because
      the last try failed, <${Time} at=${event.failed_at} />: ${event.detail}.
    </p>
    <p>
      ${
        event.status === "dead"
          ? "Nobody tries it again by itself. When a member has mended that, they can replay the event."
          : event.next_run_at
            ? html`It is tried again by itself, <${Time} at=${event.next_run_at} />.`
            : "It is being tried again right now."
      }
      ${access.role !== "representative" && html` <a href=${eventPath(space, event.id)}>The event</a>`}
    </p>
  </section>
`;
