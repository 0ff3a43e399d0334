import * as v from "valibot";
import { EndpointTroubleJson, presentEndpointTrouble } from "../doctor/endpoint_troubles.ts";
import { listOf } from "../http/answer_fields.ts";
import { paginationOf } from "../http/pagination.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { AttentionJson, presentAttention } from "../money/attention.ts";
import { Incomplete } from "../overview/incomplete.ts";
import { findRecovery } from "../spaces/recovery.ts";
import { FailureJson } from "../stripe_events/failures.ts";
import { StuckEvents } from "../stripe_events/stuck_events.ts";
import { attentionPath } from "../urls.ts";
import { findUtilityOfSpace } from "../utilities/find_utility_of_space.ts";
import {
  AttentionTable,
  attentionLines,
  CompleteUntil,
  RetriedLine,
  readAttention,
} from "./attention_lines.ts";
import { html } from "./html.ts";
import { Pager } from "./pager.ts";
import type { PageContext, View } from "./route.ts";

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
  const [marketplaces, recovery, utility] = await Promise.all([
    listMarketplaces(space),
    findRecovery(space),
    findUtilityOfSpace(space),
  ]);
  const known = { space, utility, marketplaces, recovery };
  const attention = await readAttention(known, paginationOf(request));
  const { orders, endpoints, failures, retried, stuck, incomplete } = attention;
  const lines = attentionLines(attention);
  const isQuiet = lines.length === 0 && retried.length === 0;
  const body = html`
    <section aria-labelledby="attention">
      <h2 id="attention" class=${isQuiet ? "good" : "unseen"}>${isQuiet ? "Nothing needs attention" : "What needs attention"}</h2>
      ${lines.length > 0 && html`<${AttentionTable} lines=${lines} />`}
      <${RetriedLine} space=${space} retried=${retried} />
      ${isQuiet && html`<p class="soft">No event fails, no Order is on hold, disputed or off by a cent, and Stripe's events arrive.</p>`}
      <${CompleteUntil} recovery=${recovery} />
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
