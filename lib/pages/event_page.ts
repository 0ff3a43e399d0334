import * as v from "valibot";
import { queryOf } from "../http/input.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { DryRun, dryRun } from "../stripe_events/dry_run.ts";
import { getEvent } from "../stripe_events/get_event.ts";
import { presentEventWhole, WholeEventJson } from "../stripe_events/present_event.ts";
import { parseVerifiedWith, type StoredEvent } from "../stripe_events/stored_event.ts";
import { eventPath, eventsPath, marketplaceEditPath, marketplaceEventsPath, orderPath } from "../urls.ts";
import { EVENT_HELP, EVENT_LABELS, RUN_WORDS } from "./event_status.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { payloadText } from "./payload_text.ts";
import type { LazyView, PageContext } from "./route.ts";
import { SplitSteps } from "./split_preview_page.ts";
import { Status } from "./status.ts";
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

/** One event: whence it came, what became of it, and the button that handles it again. */
function eventPage(
  event: StoredEvent,
  whole: WholeEventJson,
  marketplaces: Marketplace[],
  { access, formState, wouldDo }: Pick<PageContext, "access" | "formState"> & { wouldDo: DryRun | undefined },
): VNode {
  const { space, id, status } = event;
  const marketplace = marketplaces.find((each) => each.marketplace === event.marketplace);
  const { order } = event;
  return html`
    ${formState.errors.form && html`<section class="trouble" role="alert">${formState.errors.form}</section>`}
    <section aria-labelledby="event">
      <h2 id="event">The event</h2>
      <dl>
        <dt>Status</dt><dd><${Status} words=${EVENT_LABELS[status]} /> ${EVENT_HELP[status]}</dd>
        <dt>Id</dt><dd><code>${id}</code></dd>
        ${
          marketplace &&
          html`<dt>Marketplace</dt>
            <dd>
              <a href=${marketplaceEditPath(marketplace)}>${marketplace.name}</a>
              ${!event.proved && html` <span class="soft">by the metadata of its object; no run has proved it yet</span>`}
            </dd>`
        }
        ${
          marketplace &&
          order &&
          html`<dt>Order</dt><dd><a href=${orderPath(marketplace, order)}><code>${order}</code></a></dd>`
        }
        ${whole.account && html`<dt>Account</dt><dd><code>${whole.account}</code></dd>`}
        <dt>Mode</dt><dd>${whole.livemode ? "live" : "test"}</dd>
        <dt>Made by Stripe</dt><dd><${Time} at=${whole.created} /></dd>
        <dt>Received</dt><dd><${Time} at=${whole.received_at} /></dd>
        ${event.recovered && html`<dt>Came</dt><dd>from Stripe's list of events: no delivery had brought it</dd>`}
        <${Verified} event=${event} marketplaces=${marketplaces} />
        ${status === "retrying" && whole.due_at && html`<dt>Next run</dt><dd><${Time} at=${whole.due_at} /></dd>`}
      </dl>
      <p>A replay handles the event again, now, by what Stripe says of its object today. What is done already is not done twice.</p>
      <${Form} action=${`${eventPath(space, id)}/replay`} session=${access.session} button="Replay" />
      <details>
        <summary>Debug its handler on a laptop</summary>
        <p>With <code>npm start</code> running, and a key of the Stripe account that may read in <code>STRIPE_API_KEY</code>:</p>
        <pre tabindex="0">npm run reproduce -- --event ${id}${event.account ? ` --account ${event.account}` : ""}</pre>
      </details>
      ${!wouldDo && html`<p><a href=${`${eventPath(space, id)}?dry_run=true`}>See what a replay would do now</a></p>`}
    </section>
    ${wouldDo && html`<${WouldDo} wouldDo=${wouldDo} marketplaces=${marketplaces} />`}
    <section aria-labelledby="runs">
      <h2 id="runs">Its runs</h2>
      ${whole.runs.length === 0 && html`<p class="soft">There is none yet.</p>`}
      <ul class="rows">
        ${whole.runs.map(
          ({ at, ms, outcome, detail, cause, request_id }) => html`<li>
            <span>
              <${Status} words=${RUN_WORDS[outcome]} /><br />${detail}
              ${cause && html`<br /><span class="soft">Cause <code>${cause}</code></span>`}
              ${request_id && html`<br /><span class="soft">Stripe's request <code>${request_id}</code></span>`}
            </span>
            <span class="soft"><${Time} at=${at} />${ms !== null && `, ${ms} ms`}</span>
          </li>`,
        )}
      </ul>
    </section>
    <section aria-labelledby="payload">
      <h2 id="payload">What Stripe sent</h2>
      ${whole.payload_note && html`<p>${whole.payload_note}</p>`}
      ${whole.payload !== null && html`<${Payload} payload=${whole.payload} />`}
    </section>
    ${
      marketplace &&
      html`<p><a href=${marketplaceEventsPath(marketplace)}>All events of ${marketplace.name}</a></p>`
    }
    <p><a href=${eventsPath(space)}>All events of the Space</a></p>
  `;
}

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

/** Which secrets verified it, masked as they are kept, and by whose address they came. */
const Verified = ({ event, marketplaces }: { event: StoredEvent; marketplaces: Marketplace[] }): VNode[] =>
  [event.verified_with, event.also_verified_with].flatMap((verified) => {
    if (verified === undefined) return [];
    const { marketplace: by, secret } = parseVerifiedWith(verified);
    const name = by && (marketplaces.find(({ marketplace }) => marketplace === by)?.name ?? by);
    return html`<dt>Verified with</dt>
      <dd><code>${secret}</code> <span class="soft">${name ? `at the address of ${name}` : "at the address of the Space"}</span></dd>`;
  });

function Payload({ payload }: { payload: unknown }): VNode {
  const { text, isWhole } = payloadText(payload);
  return html`
    ${!isWhole && html`<p>This is its beginning. In the JSON of this page it is whole.</p>`}
    <details><summary>Payload</summary><pre tabindex="0">${text}</pre></details>
  `;
}
