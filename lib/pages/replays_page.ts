import * as v from "valibot";
import { queryOf } from "../http/input.ts";
import { fewMarketplaces } from "../marketplaces/few_marketplaces.ts";
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
import { eventPath, replaysPath } from "../urls.ts";
import { CauseField, EventFilterFields, MarketplaceField } from "./event_filter_fields.ts";
import { EVENT_LABELS } from "./event_status.ts";
import { filledIn, found } from "./filter.ts";
import { Form, type FormState, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { capitalized, ReplayRows } from "./replay_rows.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Sentence } from "./sentence.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
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
  const isAsked = Object.keys(filledIn(request, REPLAY_QUERY)).length > 0;
  const find = async () => (isAsked ? await previewReplay(space, queryOf(request, ReplayQuery)) : undefined);
  return {
    page: async () => {
      const [replays, few, { formState: typed, found: preview, status }] = await Promise.all([
        listReplays(space, SHOWN),
        fewMarketplaces(space),
        found(request, REPLAY_QUERY, find),
      ]);
      return {
        title: "Replay events",
        tab: "problems",
        body: html`
          <${FormTrouble} formState=${formState} fields=${Object.keys(formState.errors)} />
          <${FormTrouble} formState=${typed} fields=${["body"]} />
          ${preview && html`<${Preview} preview=${preview} access=${access} />`}
          <${Which} space=${space} few=${few} formState=${typed} isShown=${preview !== undefined} />
          ${replays.length > 0 && html`<${Last} replays=${replays} />`}
        `,
        status,
      };
    },
    json: async () => ({
      data: (await listReplays(space, SHOWN)).map(presentReplay),
      preview: (await find()) ?? null,
    }),
  };
}

const Preview = ({
  preview: { filter, as_of, total, counted_all, samples },
  access: { space, session },
}: {
  preview: PreviewJson;
  access: PageContext["access"];
}): VNode => html`
  <section aria-labelledby="preview">
    <h2 id="preview">${total > 0 ? eventCount(total) : "No event matches"}</h2>
    <p>${capitalized(filterWords(v.parse(StoredFilter, filter)))}, as of <${Time} at=${as_of} />.</p>
    ${!counted_all && html`<p>There are more than one replay takes. These are the first of them.</p>`}
    ${
      total > 0 &&
      html`
        <${Table}
          caption="Some of them"
          columns=${["Event", "Status", "Cause", { label: "Time", amount: true }]}
          rows=${samples.map(({ id, type, status, cause, created }) => [
            html`<a href=${eventPath(space, id)}>${type}</a>`,
            html`<${Status} words=${EVENT_LABELS[status]} />`,
            cause && html`<code>${cause}</code>`,
            html`<${Time} at=${created} />`,
          ])}
        />
        ${total > samples.length && html`<p class="soft">and ${total - samples.length} more</p>`}
        <p class="hint">Each is handled once more, ${filter.finished && "even if it was finished already, "}a few at a time, so that new events do not wait. Events that have been run since then are left alone.</p>
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
  few,
  formState,
  isShown,
}: {
  space: string;
  few: Marketplace[] | undefined;
  formState: FormState;
  /** Then the button that replays them is the page's own. */
  isShown: boolean;
}): VNode => {
  const { values, errors } = formState;
  return html`
    <section aria-labelledby="which">
      <h2 id="which">Which events</h2>
      ${!isShown && html`<p class="hint">A replay handles events again. Choose which ones; you see them before anything is done.</p>`}
      <form method="get" action=${replaysPath(space)} class="filter" novalidate>
        <${EventFilterFields} formState=${formState} status=${{ any: "Failing", options: STATUS_OPTIONS }}>
          <${MarketplaceField} few=${few} formState=${formState} />
          <${CauseField} formState=${formState} />
        <//>
        <div>
        <label class="choice">
          <input
            type="checkbox"
            name="finished"
            value="true"
            checked=${values.finished === "true"}
            aria-describedby=${errors.finished ? "finished-wrong" : undefined}
            aria-invalid=${errors.finished ? "true" : undefined}
            autofocus=${Object.keys(errors)[0] === "finished"}
          />
          <span>Finished events, too</span>
        </label>
        ${errors.finished && html`<p class="wrong" id="finished-wrong" role="alert"><${Sentence} text=${errors.finished} /></p>`}
        </div>
        <button class=${isShown ? "quiet" : undefined}>Preview</button>
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
