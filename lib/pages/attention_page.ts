import * as v from "valibot";
import {
  type EndpointTrouble,
  EndpointTroubleJson,
  endpointTroubles,
  presentEndpointTrouble,
} from "../doctor/endpoint_troubles.ts";
import { listOf } from "../http/answer_fields.ts";
import { paginationOf } from "../http/pagination.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { AttentionJson, listAttention, type OrderForSomebody, presentAttention } from "../money/attention.ts";
import { formatMoney } from "../money/format_money.ts";
import { Incomplete, incompleteOf } from "../overview/incomplete.ts";
import { findRecovery } from "../spaces/recovery.ts";
import { type Failure, FailureJson, listFailures, waitingForSomebody } from "../stripe_events/failures.ts";
import { StuckEvents, stuckEvents } from "../stripe_events/stuck_events.ts";
import {
  attentionPath,
  eventPath,
  failuresPath,
  marketplaceEditPath,
  orderPath,
  spacePath,
} from "../urls.ts";
import { causeWords } from "./cause_words.ts";
import { howMany } from "./failures_page.ts";
import { html, type VNode } from "./html.ts";
import { SPLIT_WORDS } from "./order_status.ts";
import { Pager } from "./pager.ts";
import { NotProved } from "./proof.ts";
import type { PageContext, View } from "./route.ts";
import { Sentence } from "./sentence.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** What needs somebody as programs read it. */
export type WholeAttentionJson = v.InferOutput<typeof WholeAttentionJson>;
export const WholeAttentionJson = v.object({
  ...listOf(AttentionJson).entries,
  endpoints: v.pipe(
    v.array(EndpointTroubleJson),
    v.description("Through which Stripe's events do not come, by the last checks; the same with each page."),
  ),
  failures: v.pipe(
    v.array(FailureJson),
    v.description(
      "Events that were given up, or have failed for an hour, by cause; the same with each page.",
    ),
  ),
  stuck: v.pipe(
    v.nullable(StuckEvents),
    v.description(
      "Events whose run has been due for ten minutes, and did not begin; null where there is none.",
    ),
  ),
  incomplete: v.pipe(
    v.array(Incomplete),
    v.description(
      "What of Stripe's was not compared for longer than it should be, or cannot be with the Space's key, so that something may be missing here; the same with each page.",
    ),
  ),
});

export async function showAttention({ request, access }: PageContext): Promise<View> {
  const { space } = access;
  const [orders, marketplaces, failing, stuck, recovery] = await Promise.all([
    listAttention(space, paginationOf(request)),
    listMarketplaces(space),
    listFailures(space),
    stuckEvents(space),
    findRecovery(space),
  ]);
  const incomplete = incompleteOf(recovery);
  const failures = waitingForSomebody(failing);
  const endpoints = await endpointTroubles(space, marketplaces);
  const nothing =
    endpoints.length + failures.length + incomplete.length > 0 || stuck ? "No Order" : "Nothing";
  const body = html`
    <${NotComplete} space=${space} incomplete=${incomplete} />
    <${TroubleWithEndpoints} troubles=${endpoints} />
    ${stuck && html`<${Stuck} space=${space} stuck=${stuck} />`}
    ${failures.length > 0 && html`<${FailingEvents} space=${space} failures=${failures} />`}
    <section aria-labelledby="orders">
      <h2 id="orders">${orders.data.length > 0 ? "Orders, the longest waiting first" : nothing}</h2>
      ${
        orders.data.length > 0
          ? html`<${OrdersForSomebody} orders=${orders.data} marketplaces=${marketplaces} />`
          : html`<p>No Order of this Space needs anybody: none is on hold, owed, disputed or off by a cent.</p>`
      }
      <${Pager} request=${request} path=${attentionPath(space)} next=${orders.next} />
    </section>
  `;
  const json: WholeAttentionJson = {
    data: orders.data.map(presentAttention),
    next: orders.next,
    endpoints: endpoints.map(presentEndpointTrouble),
    failures,
    stuck: stuck ?? null,
    incomplete,
  };
  return { title: "Needs attention", body, tab: "overview", json };
}

/** By cause; the buttons stand on the page of the Space's problems. */
const FailingEvents = ({ space, failures }: { space: string; failures: Failure[] }): VNode => html`
  <section aria-labelledby="failures">
    <h2 id="failures">Events that fail</h2>
    <ul class="rows">
      ${failures.map(
        (failure) => html`<li>
          <span><code>${failure.cause}</code><br />${causeWords(failure.cause)}</span>
          <span>
            <${Status} words=${[howMany(failure), "bad"]} /><br />
            <span class="soft">since <${Time} at=${failure.first} /></span>
          </span>
        </li>`,
      )}
    </ul>
    <p><a href=${failuresPath(space)}>Look at the problems, and replay them</a></p>
  </section>
`;

const Stuck = ({ space, stuck }: { space: string; stuck: StuckEvents }): VNode => html`
  <section aria-labelledby="stuck">
    <h2 id="stuck">Events that nobody runs</h2>
    <p>
      ${stuck.counted_all ? "" : "More than "}${stuck.count === 1 ? "1 event is" : `${stuck.count} events are`} due since${" "}
      <${Time} at=${stuck.since} />, for example <a href=${eventPath(space, stuck.example)}>this one</a>. Mostly Stripe asks this Space to slow
      down, or does not answer it; the operator is called where it is our own fault.
    </p>
  </section>
`;

/** What may be missing here, since when, and why; nothing where all was compared. */
export const NotComplete = ({
  space,
  incomplete,
}: {
  space: string;
  incomplete: Incomplete[];
}): VNode | null =>
  incomplete.length === 0
    ? null
    : html`
  <section aria-labelledby="incomplete">
    <h2 id="incomplete">Not all that Stripe has may be here</h2>
    <ul class="rows">
      ${incomplete.map(
        ({ part, since, message }) => html`<li>
          <span>${PART_WORDS[part]}<br /><${Sentence} text=${message} /></span>
          ${since && html`<span class="soft">complete until <${Time} at=${since} /></span>`}
        </li>`,
      )}
    </ul>
    <p><a href=${`${spacePath(space)}#recovery`}>Ask Stripe now</a></p>
  </section>
`;

const PART_WORDS: Record<Incomplete["part"], string> = {
  events: "Events",
  accounts: "Connected accounts",
  sessions: "Checkout Sessions",
  money: "Balance transactions",
};

/** Each with what to do, and the way to the button that checks again; nothing where there is none. */
export const TroubleWithEndpoints = ({ troubles }: { troubles: EndpointTrouble[] }): VNode | null =>
  troubles.length === 0
    ? null
    : html`
  <section aria-labelledby="endpoints">
    <h2 id="endpoints">Stripe's events do not all come</h2>
    <ul class="rows">
      ${troubles.map(
        ({ check, message, checked_at, isOfSpace, marketplace }) => html`<li>
          <span>
            <a href=${`${marketplaceEditPath(marketplace)}#doctor`}>${check}</a>${!isOfSpace && html` of ${marketplace.name}`}<br />
            <${Sentence} text=${message} />
          </span>
          <span class="soft">checked <${Time} at=${checked_at} /></span>
        </li>`,
      )}
    </ul>
  </section>
`;

/** Each with why, since when, and the way to its buttons. */
export const OrdersForSomebody = ({
  orders,
  marketplaces,
}: {
  orders: OrderForSomebody[];
  marketplaces: Marketplace[];
}): VNode => html`
  <ul class="rows">
    ${orders.map((order) => {
      const marketplace = marketplaces.find((each) => each.marketplace === order.marketplace);
      const { split, open_dispute: dispute, proof } = order;
      return html`<li>
        <span>
          ${
            marketplace
              ? html`<a href=${`${orderPath(marketplace, order.id)}#money`}><code>${order.id}</code></a> of ${marketplace.name}`
              : html`<code>${order.id}</code>`
          }<br />
          ${dispute && html`The buyer's bank asks for ${formatMoney(dispute.amount, order.currency)}. `}
          ${dispute?.evidence_due_by && html`Stripe takes evidence until <${Time} at=${new Date(dispute.evidence_due_by * 1000).toISOString()} />. `}
          ${split && split.status !== "done" && split.detail}
          ${proof?.state === "off" && html` <${NotProved} proof=${proof} currency=${order.money?.currency ?? order.currency} />`}
        </span>
        <span>
          <${Status} words=${dispute ? ["Disputed", "bad"] : SPLIT_WORDS[split?.status ?? "none"]} /><br />
          <span class="soft">since <${Time} at=${order.attention_since} /></span>
        </span>
      </li>`;
    })}
  </ul>
`;
