import { after, iso, now } from "../clock.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { formatMoney } from "../money/format_money.ts";
import { getOrder } from "../orders/get_order.ts";
import type { Order, OrderStatus } from "../orders/order.ts";
import { orderNumber } from "../orders/order_number.ts";
import type { Split } from "../orders/split.ts";
import { presentOrderWhole, type WholeOrderJson } from "../stripe_events/present_order_whole.ts";
import { eventPath, orderPath, stripeUrl } from "../urls.ts";
import { FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { KeptSection, MovementsSection, SplitSection } from "./money_section.ts";
import { entryTone, OrderPills, SPLIT_WORDS } from "./order_status.ts";
import { RefundSection, thinkOfRefund } from "./refund_section.ts";
import type { PageContext, View } from "./route.ts";
import { SaleSection } from "./sale_section.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** Moving money takes a person who manages the Space. */
const isForMembers = ({ access }: PageContext): boolean =>
  access.session !== undefined && (access.role === "member" || access.role === "operator");

/** What an Order comes to, where its money is, and how it went. */
export async function showOrder(visit: PageContext): Promise<View> {
  const marketplace = await marketplaceInPath(visit);
  const order = await getOrder(marketplace.marketplace, visit.request.pathParameters?.order);
  const isManaged = isForMembers(visit);
  const [json, thought] = await Promise.all([
    presentOrderWhole(order),
    isManaged ? thinkOfRefund(order, visit) : undefined,
  ]);
  const live = isLive(json, visit);
  const body = html`
    <${FormTrouble} formState=${visit.formState} fields=${["do", "version", "request"]} />
    ${live && html`<noscript><p class="soft">This goes on by itself. <a href=${orderPath(marketplace, order.id)}>Reload the page</a> to see how far it is.</p></noscript>`}
    <div id="order" data-live=${live || undefined} data-parts>
      <div id="standing" aria-live="polite" data-parts><${Standing} order=${json} row=${order} /></div>
      ${json.failing_event && html`<${Failing} marketplace=${marketplace} event=${json.failing_event} access=${visit.access} live=${live} />`}
      ${order.open_dispute && html`<${Dispute} order=${order} isManaged=${isManaged} />`}
      <div id="sides" class="pair" data-parts>
        <${SaleSection} order=${json} />
        ${order.status === "paid" && html`<${SplitSection} marketplace=${marketplace} order=${order} session=${isManaged ? visit.access.session : undefined} />`}
        ${order.money && html`<${KeptSection} order=${order} money=${order.money} />`}
        ${isManaged && html`<${RefundSection} marketplace=${marketplace} order=${order} thought=${thought} visit=${visit} />`}
      </div>
      ${json.movements.length > 0 && html`<${MovementsSection} order=${order} movements=${json.movements} isManaged=${isManaged} />`}
      <${Timeline} timeline=${json.timeline} />
      <${Ids} order=${order} isManaged=${isManaged} />
    </div>
  `;
  return { title: `Order ${orderNumber(json.id)}`, body, marketplace, tab: "orders", json };
}

/** So long after the last that happened, in ms: what a bank takes days for is seen by a reload. */
const LIVE_MS = 60 * 60_000;
const UNPAID: OrderStatus[] = ["open", "awaiting_payment"];
const UNSETTLED: Split["status"][] = ["none", "waiting", "under_way"];

/**
 * Whether the page comes up to date by itself (browser/script.ts). It does not where somebody has asked it for something: its
 * address is not the Order's alone then, or it shows a form again.
 */
function isLive(
  { status, split, failing_event, placed_at, timeline }: WholeOrderJson,
  { request, formState }: PageContext,
): boolean {
  const goesOn =
    UNPAID.includes(status) ||
    (status === "paid" && UNSETTLED.includes(split.status)) ||
    (failing_event !== null && failing_event.status !== "dead");
  const since = iso(after(now(), -LIVE_MS));
  const times = [placed_at, failing_event?.failed_at ?? placed_at, ...timeline.map(({ at }) => at)];
  const isAsked = Object.keys({ ...request.queryStringParameters, ...formState.errors }).length > 0;
  return goesOn && !isAsked && times.some((at) => at > since);
}

/** In one line, what is asked of an Order first. */
export const Standing = ({ order, row }: { order: WholeOrderJson; row: Order }): VNode => html`
  <p class="standing">
    <strong class="total">${formatMoney(order.amount_total, order.currency)}</strong>
    <${OrderPills} order=${{ ...row, status: order.status }} />
    ${order.status === "paid" && html`<span>Payment split <${Status} words=${SPLIT_WORDS[order.split.status]} /></span>`}
    <span class="soft">Placed <${Time} at=${order.placed_at} /></span>
  </p>
`;

/** What Stripe has told, by the event's type; whether a promised payment has come, only a run finds out. */
const TOLD = new Map([
  ["checkout.session.completed", "Stripe says that the buyer completed checkout"],
  ["checkout.session.async_payment_succeeded", "Stripe says paid"],
  ["checkout.session.async_payment_failed", "Stripe says that the payment failed"],
  ["checkout.session.expired", "Stripe says that the checkout expired"],
]);

type Facts = {
  marketplace: Marketplace;
  event: NonNullable<WholeOrderJson["failing_event"]>;
  access: PageContext["access"];
  live: boolean;
};

const told = (type: string): string => TOLD.get(type) ?? "Stripe has news of this Order";

/** The event itself, and what failed of it, is for members. */
const Failing = ({ marketplace: { space }, event, access, live }: Facts): VNode =>
  access.role === "representative"
    ? html`
  <section class="trouble" aria-labelledby="failing">
    <h2 id="failing">${told(event.type)}</h2>
    <p>We could not record it yet and are working on it.${live && " This page shows it as soon as that is done."}</p>
  </section>
`
    : html`
  <section class="trouble" aria-labelledby="failing">
    <h2 id="failing">${told(event.type)}; our last try failed</h2>
    <p>
      ${event.detail}, <${Time} at=${event.failed_at} />.${" "}
      ${
        event.status === "dead"
          ? "It is not retried any more. Once that is fixed, replay the event on its page."
          : event.next_run_at
            ? html`Next try <${Time} at=${event.next_run_at} />.`
            : "It is being tried again right now."
      }${live && " This page shows it as soon as a try succeeds."}${" "}
      <a href=${eventPath(space, event.id)}>Open the event</a>
    </p>
  </section>
`;

const Dispute = ({
  order: { open_dispute, currency, charge, livemode },
  isManaged,
}: {
  order: Order;
  isManaged: boolean;
}): VNode => html`
  <section class="trouble" aria-labelledby="dispute">
    <h2 id="dispute">The buyer's bank asks for ${formatMoney(open_dispute?.amount ?? 0, currency)} back</h2>
    <p>
      ${
        open_dispute?.evidence_due_by &&
        html`Stripe takes evidence until <${Time} at=${new Date(open_dispute.evidence_due_by * 1000).toISOString()} />.`
      }
      ${isManaged && charge && html` <a href=${stripeUrl(charge, livemode)}>Answer it at Stripe</a>`}
    </p>
  </section>
`;

const Timeline = ({ timeline }: Pick<WholeOrderJson, "timeline">): VNode => html`
  <section aria-labelledby="timeline">
    <h2 id="timeline">Timeline</h2>
    <ul class="rows">
      ${timeline.map(
        ({ at, entry, title, detail }) => html`<li>
          <span><strong class=${`step ${entryTone(entry)}`}>${title}</strong><br /><span class="soft">${detail}</span></span>
          <span class="soft"><${Time} at=${at} /></span>
        </li>`,
      )}
    </ul>
  </section>
`;

/** What it is called here and at Stripe, where members have an account. */
const Ids = ({ order, isManaged }: { order: Order; isManaged: boolean }): VNode => {
  const { id, checkout_session, payment_intent, charge, vendor_account, livemode } = order;
  const atStripe = ([what, name]: readonly [string, string | undefined]) =>
    name !== undefined &&
    html`<dt>${what}</dt>
      <dd>${isManaged ? html`<a href=${stripeUrl(name, livemode)} data-copy><code>${name}</code></a>` : html`<code>${name}</code>`}</dd>`;
  return html`
    <section aria-labelledby="ids">
      <h2 id="ids">Ids</h2>
      <dl>
        <dt>Order</dt><dd><code data-copy>${id}</code></dd>
        ${[
          ["Checkout Session", checkout_session] as const,
          ["Payment", payment_intent] as const,
          ["Charge", charge] as const,
          ["Vendor's account", vendor_account] as const,
        ].map(atStripe)}
      </dl>
    </section>
  `;
};
