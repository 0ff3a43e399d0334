import * as v from "valibot";
import { ValidationError } from "../errors.ts";
import { queryOf } from "../http/input.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { PreviewJson, previewReplay } from "../replays/count_replayed.ts";
import { listReplays } from "../replays/list_replays.ts";
import { presentReplay, type Replay, ReplayJson } from "../replays/replay.ts";
import {
  eventCount,
  filterWords,
  REPLAY_QUERY,
  ReplayQuery,
  STATUSES,
  StoredFilter,
} from "../replays/replay_filter.ts";
import { eventPath, failuresPath, replaysPath } from "../urls.ts";
import { EVENT_LABELS } from "./event_status.ts";
import { filledIn } from "./filter.ts";
import { Field, Form, type FormState, FormTrouble, Select } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ReplayRows } from "./replay_rows.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** So many of the last replays are listed. */
const SHOWN = 50;

export const ReplaysJson = v.object({
  data: v.pipe(v.array(ReplayJson), v.description(`The last ${SHOWN}, the newest first.`)),
  preview: v.pipe(
    v.nullable(PreviewJson),
    v.description("What a replay of the events in the query would be of; null without a query."),
  ),
});

/** The last replays; and what one would be of, where the address says which events. It changes nothing. */
export async function showReplays({ request, access, formState }: PageContext): Promise<LazyView> {
  const { space } = access;
  const set = filledIn(request, REPLAY_QUERY);
  const isAsked = Object.keys(set).length > 0;
  const preview = () => previewReplay(space, queryOf(request, ReplayQuery));
  return {
    page: async () => {
      const [replays, marketplaces, asked] = await Promise.all([
        listReplays(space, SHOWN),
        listMarketplaces(space),
        isAsked ? orErrors(preview) : NOTHING_ASKED,
      ]);
      const typed = { values: set, errors: asked.errors ?? {} };
      return {
        title: "Replay events",
        tab: "problems",
        body: html`
          <${FormTrouble} formState=${formState} fields=${Object.keys(formState.errors)} />
          <${FormTrouble} formState=${typed} fields=${["body"]} />
          ${asked.preview && html`<${Preview} preview=${asked.preview} access=${access} />`}
          <${Which} space=${space} marketplaces=${marketplaces} formState=${typed} isShown=${asked.preview !== undefined} />
          ${replays.length > 0 && html`<${Last} replays=${replays} />`}
          <p><a href=${failuresPath(space)}>Problems: what fails, by cause</a></p>
        `,
      };
    },
    json: async () => ({
      data: (await listReplays(space, SHOWN)).map(presentReplay),
      preview: isAsked ? await preview() : null,
    }),
  };
}

const NOTHING_ASKED: Asked = {};
type Asked = { preview?: PreviewJson; errors?: FormState["errors"] };

/** What a person typed wrong is said at its field. */
async function orErrors(preview: () => Promise<PreviewJson>): Promise<Asked> {
  try {
    return { preview: await preview() };
  } catch (error) {
    if (error instanceof ValidationError) return { errors: error.fields };
    throw error;
  }
}

const Preview = ({
  preview: { filter, as_of, total, counted_all, samples },
  access: { space, session },
}: {
  preview: PreviewJson;
  access: PageContext["access"];
}): VNode => html`
  <section aria-labelledby="preview">
    <h2 id="preview">${total > 0 ? eventCount(total) : "No event is so"}</h2>
    <p>${filterWords(v.parse(StoredFilter, filter))}, as of <${Time} at=${as_of} />.</p>
    ${!counted_all && html`<p>There are more than one replay takes: these are the first of them.</p>`}
    ${
      total > 0 &&
      html`
        <ul class="rows">
          ${samples.map(
            ({ id, type, status, cause, created }) => html`<li>
              <span><a href=${eventPath(space, id)}>${type}</a>${cause && html`<br /><span class="soft">${cause}</span>`}</span>
              <span><${Status} words=${EVENT_LABELS[status]} /> <span class="soft"><${Time} at=${created} /></span></span>
            </li>`,
          )}
        </ul>
        ${total > samples.length && html`<p class="soft">and ${total - samples.length} more</p>`}
        <p>Each is handled again once, ${filter.finished && "also where that was done already, "}some at a time, so that what comes in meanwhile does not wait. What has been run since is left alone.</p>
        <${Form} action=${replaysPath(space)} session=${session} button=${total === 1 ? "Replay this event" : `Replay these ${total} events`}>
          ${Object.entries({ ...filter, as_of }).map(
            ([name, value]) =>
              value !== undefined && html`<input type="hidden" name=${name} value=${String(value)} />`,
          )}
        <//>
      `
    }
  </section>
`;

/** Which events, by the page's address alone, so that a preview can be looked at again, and sent to somebody. */
const Which = ({
  space,
  marketplaces,
  formState,
  isShown,
}: {
  space: string;
  marketplaces: Marketplace[];
  formState: FormState;
  /** Then the button that replays them is the page's own. */
  isShown: boolean;
}): VNode => {
  const { values } = formState;
  return html`
    <section aria-labelledby="which">
      <h2 id="which">Which events</h2>
      <form method="get" action=${replaysPath(space)} novalidate>
        <${Field} name="cause" label="Cause" hint="Of what fails, as Problems has it: stripe:http_503" formState=${formState} />
        <${Select} name="status" label="Status" any="Any that fails" value=${values.status} options=${STATUS_OPTIONS} />
        <${Field} name="type" label="Type" hint="Stripe's, or how some begin: charge.refunded, charge.*" formState=${formState} />
        <${Select}
          name="marketplace"
          label="Marketplace"
          any="Any"
          value=${values.marketplace}
          options=${marketplaces.map(({ marketplace, name }) => [marketplace, name] as const)}
        />
        <${Field} name="from" label="From" hint="Stripe's time, in UTC: 2026-11-20, or 2026-11-20T14:02" formState=${formState} />
        <${Field} name="to" label="To" hint="With all of the day, or the minute, that it names" formState=${formState} />
        <label class="choice">
          <input type="checkbox" name="finished" value="true" checked=${values.finished === "true"} />
          <span>Finished events, too: they have succeeded, or there was nothing to do</span>
        </label>
        ${formState.errors.finished && html`<p class="wrong" role="alert">${formState.errors.finished}</p>`}
        <button class=${isShown ? "quiet" : undefined}>Show what would be replayed</button>
      </form>
    </section>
  `;
};

const STATUS_OPTIONS = STATUSES.map((status) => [status, EVENT_LABELS[status][0]] as const);

const Last = ({ replays }: { replays: Replay[] }): VNode => html`
  <section aria-labelledby="replays">
    <h2 id="replays">Last replays</h2>
    <${ReplayRows} replays=${replays} />
  </section>
`;
