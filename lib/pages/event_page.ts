import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { queryOf } from "../http/input.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { DryRun, dryRun } from "../stripe_events/dry_run.ts";
import { getEvent } from "../stripe_events/get_event.ts";
import { presentEventWhole, WholeEventJson } from "../stripe_events/present_event.ts";
import { parseVerifiedWith, type StoredEvent } from "../stripe_events/stored_event.ts";
import {
  eventPath,
  eventsPath,
  marketplaceEventsPath,
  marketplacePath,
  orderPath,
  searchPath,
} from "../urls.ts";
import { counted } from "./attention_lines.ts";
import { duration } from "./duration.ts";
import { EVENT_HELP, EVENT_LABELS, RUN_WORDS } from "./event_status.ts";
import { eventWords } from "./event_words.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { OrderLink } from "./order_link.ts";
import { payloadView } from "./payload_view.ts";
import type { LazyView, PageContext } from "./route.ts";
import { SplitSteps } from "./split_preview_page.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** An event as programs read it: with what handling it again would do now, where that is asked for. */
export const ShownEventJson = v.object({
  ...WholeEventJson.entries,
  dry_run: v.pipe(
    v.nullable(DryRun),
    v.description("What handling it again would do now; null where it was not asked for. Nothing is done."),
  ),
});

const Query = v.object({ dry_run: v.optional(v.literal("true", "must be `true`")) });

export async function showEvent({ request, access, formState }: PageContext): Promise<LazyView> {
  const asked = queryOf(request, Query).dry_run;
  const event = await getEvent(access.space, request.pathParameters?.event ?? "");
  const dry = async () => (asked ? await dryRun(event) : undefined);
  return {
    page: async () => {
      const [whole, marketplaces, wouldDo] = await Promise.all([
        presentEventWhole(event),
        listMarketplaces(event.space),
        dry(),
      ]);
      return {
        title: event.type,
        body: eventPage(event, whole, marketplaces, { access, formState, wouldDo }),
        tab: "events",
      };
    },
    json: async () => ({ ...(await presentEventWhole(event)), dry_run: (await dry()) ?? null }),
  };
}

/** One event: what it tells, what became of it, and the button that handles it again. */
function eventPage(
  event: StoredEvent,
  whole: WholeEventJson,
  marketplaces: Marketplace[],
  { access, formState, wouldDo }: Pick<PageContext, "access" | "formState"> & { wouldDo: DryRun | undefined },
): VNode {
  const { space, id, status } = event;
  const marketplace = marketplaces.find((each) => each.marketplace === event.marketplace);
  return html`
    ${formState.errors.form && html`<section class="trouble" role="alert">${formState.errors.form}</section>`}
    <section aria-label="Event">
      <p><${Status} words=${EVENT_LABELS[status]} /> ${eventWords(event.type)} <span class="soft">${EVENT_HELP[status]}</span></p>
      <${Facts} event=${event} whole=${whole} marketplace=${marketplace} marketplaces=${marketplaces} />
      <div class="actions">
        <${Form} action=${`${eventPath(space, id)}/replay`} session=${access.session} button="Replay" quiet=${status === "succeeded" || status === "ignored"} />
        ${!wouldDo && html`<a class="quiet" href=${`${eventPath(space, id)}?dry_run=true`}>What would a replay do?</a>`}
      </div>
      <p class="hint">A replay handles the event again now, going by what Stripe says today. Nothing that is done already is done twice.</p>
      <details>
        <summary>Reproduce it on your machine</summary>
        <p>With <code>npm start</code> running, and in <code>STRIPE_API_KEY</code> a key of the Stripe account that may read:</p>
        <pre tabindex="0">npm run reproduce -- --event ${id}${event.account ? ` --account ${event.account}` : ""}</pre>
      </details>
    </section>
    ${wouldDo && html`<${WouldDo} wouldDo=${wouldDo} marketplaces=${marketplaces} />`}
    <section aria-labelledby="runs">
      <h2 id="runs">Runs</h2>
      ${whole.runs.length > 0 ? html`<${Runs} runs=${whole.runs} />` : html`<p class="soft">None yet.</p>`}
    </section>
    <section aria-labelledby="payload">
      <h2 id="payload">What Stripe sent</h2>
      ${whole.payload_note && html`<p>${whole.payload_note}</p>`}
      ${whole.payload !== null && html`<${Payload} space=${space} payload=${whole.payload} />`}
    </section>
    <p>
      ${marketplace && html`<a href=${marketplaceEventsPath(marketplace)}>All events of ${marketplace.name}</a> · `}
      <a href=${eventsPath(space)}>All events of the Space</a>
    </p>
  `;
}

const Facts = ({
  event,
  whole,
  marketplace,
  marketplaces,
}: {
  event: StoredEvent;
  whole: WholeEventJson;
  marketplace: Marketplace | undefined;
  marketplaces: Marketplace[];
}): VNode => {
  const { space, id, order, object, account, status, recovered } = event;
  const found = (what: string) => html`<a href=${searchPath(space, what)} data-copy><code>${what}</code></a>`;
  return html`
    <dl>
      ${marketplace && order && html`<dt>Order</dt><dd><${OrderLink} id=${order} href=${orderPath(marketplace, order)} /> <code class="soft" data-copy>${order}</code></dd>`}
      ${
        marketplace &&
        html`<dt>Marketplace</dt>
          <dd>
            <a href=${marketplacePath(marketplace)}>${marketplace.name}</a>
            ${!event.proved && html` <span class="soft">as its metadata says; no run has confirmed it yet</span>`}
          </dd>`
      }
      ${object && html`<dt>Object</dt><dd>${found(object)}</dd>`}
      ${account && html`<dt>Account</dt><dd>${found(account)}</dd>`}
      <dt>Event</dt><dd><code data-copy>${id}</code></dd>
      <dt>Mode</dt><dd>${whole.livemode ? "Live" : "Test"}</dd>
      <dt>Happened</dt><dd><${Time} at=${whole.created} /></dd>
      <dt>Received</dt><dd><${Time} at=${whole.received_at} />${recovered && " from Stripe's list of events: no delivery had brought it"}</dd>
      <${Delivered} event=${event} marketplaces=${marketplaces} />
      ${status === "retrying" && whole.due_at && html`<dt>Next run</dt><dd>${whole.due_at > iso(now()) ? html`<${Time} at=${whole.due_at} ago />` : "due now"}</dd>`}
    </dl>
  `;
};

/** To which of our addresses, and by which secret, masked as it is kept, that was verified. */
const Delivered = ({ event, marketplaces }: { event: StoredEvent; marketplaces: Marketplace[] }): VNode[] =>
  [event.verified_with, event.also_verified_with].flatMap((verified) => {
    if (verified === undefined) return [];
    const { marketplace: by, secret } = parseVerifiedWith(verified);
    const name = by && (marketplaces.find(({ marketplace }) => marketplace === by)?.name ?? by);
    return html`<dt>Delivered to</dt>
      <dd>${name ? `${name}'s URL` : "The Space's URL"}, signed with <code>${secret}</code></dd>`;
  });

/** The newest first. */
const Runs = ({ runs }: { runs: WholeEventJson["runs"] }): VNode => html`
  <${Table}
    caption="Runs, the newest first"
    columns=${["Outcome", "What happened", { label: "Took", amount: true }, { label: "Started", amount: true }]}
    rows=${runs.toReversed().map(({ at, ms, outcome, detail, cause, request_id }) => [
      html`<${Status} words=${RUN_WORDS[outcome]} />`,
      html`
        ${detail}
        ${cause && html`<br /><span class="soft">Cause <code>${cause}</code></span>`}
        ${request_id && html`<br /><span class="soft">Stripe's request <code>${request_id}</code></span>`}
      `,
      ms !== null && duration(ms),
      html`<${Time} at=${at} />`,
    ])}
  />
`;

/** Of its Order, the same as the Order's own preview. */
function WouldDo({ wouldDo, marketplaces }: { wouldDo: DryRun; marketplaces: Marketplace[] }): VNode {
  const { detail, order, steps, split } = wouldDo;
  const marketplace = marketplaces.find((each) => each.marketplace === wouldDo.marketplace);
  return html`
    <section aria-labelledby="dry-run">
      <h2 id="dry-run">What a replay would do now</h2>
      <p class="hint">Nothing was done, and nothing is kept of this.</p>
      <p>${detail}</p>
      ${split && html`<${SplitSteps} preview=${{ steps, split }} />`}
      ${marketplace && order && html`<p><a href=${orderPath(marketplace, order)}>Look at the Order</a></p>`}
    </section>
  `;
}

/** Its empty fields are seen once one asks for them; the page's styles do that. */
function Payload({ space, payload }: { space: string; payload: unknown }): VNode {
  const { lines, emptyFields, isWhole } = payloadView(payload, space);
  return html`
    ${!isWhole && html`<p>This is its beginning. In the JSON of this page it is whole.</p>`}
    <details>
      <summary>Payload</summary>
      ${emptyFields > 0 && html`<label class="choice empties"><input type="checkbox" autocomplete="off" /> <span>Show ${counted(emptyFields, "empty field")}</span></label>`}
      <div class="json" data-copy>${lines}</div>
    </details>
  `;
}
