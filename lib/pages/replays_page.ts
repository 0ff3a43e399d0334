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
import { eventPath, failuresPath, replaysPath } from "../urls.ts";
import { EventFilterFields, MarketplaceField } from "./event_filter_fields.ts";
import { EVENT_LABELS } from "./event_status.ts";
import { filledIn, found } from "./filter.ts";
import { Form, type FormState, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ReplayRows } from "./replay_rows.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Sentence } from "./sentence.ts";
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
          <p><a href=${failuresPath(space)}>Problems: what fails, by cause</a></p>
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
      <form method="get" action=${replaysPath(space)} novalidate>
        <${EventFilterFields} formState=${formState} status=${{ any: "Any that fails", options: STATUS_OPTIONS }}>
          <${MarketplaceField} few=${few} formState=${formState} />
        <//>
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
          <span>Finished events, too: they have succeeded, or there was nothing to do</span>
        </label>
        ${errors.finished && html`<p class="wrong" id="finished-wrong" role="alert"><${Sentence} text=${errors.finished} /></p>`}
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
