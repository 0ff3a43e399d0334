import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { listReplays } from "../replays/list_replays.ts";
import type { Replay } from "../replays/replay.ts";
import { type Failure, type FailuresJson, listFailures } from "../stripe_events/failures.ts";
import { eventPath, eventsPath, marketplaceEditPath, replaysPath } from "../urls.ts";
import { causeWords } from "./cause_words.ts";
import { html, type VNode } from "./html.ts";
import { ReplayRows } from "./replay_rows.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** The problems of a Space: what fails, since when, and what to do about it. */
export async function showFailures({ access: { space } }: PageContext): Promise<LazyView> {
  const failures = await listFailures(space);
  return {
    page: async () => {
      const [marketplaces, replays] = await Promise.all([
        listMarketplaces(space),
        listReplays(space, REPLAYS_SHOWN),
      ]);
      return {
        title: "Problems",
        body: failuresPage(space, failures, marketplaces, replays),
        tab: "problems",
      };
    },
    json: async () => failures,
  };
}

/** Of the last replays; all of them have a page of their own. */
const REPLAYS_SHOWN = 5;

const failuresPage = (
  space: string,
  { data, complete }: FailuresJson,
  marketplaces: Marketplace[],
  replays: Replay[],
): VNode => html`
  <section aria-labelledby="causes">
    <h2 id="causes">${data.length > 0 ? "Events that fail, by cause" : "Nothing fails"}</h2>
    ${
      data.length > 0
        ? html`<ul class="rows">
            ${data.map(
              (failure) => html`<${Cause} failure=${failure} marketplaces=${marketplaces} space=${space} />`,
            )}
          </ul>`
        : html`<p>Every event of this Space was handled, or is waiting for its first run. What fails stands here, by its cause, until it succeeds.</p>`
    }
    ${!complete && html`<p>There are more causes than are listed here.</p>`}
  </section>
  ${
    replays.length > 0 &&
    html`<section aria-labelledby="replays">
      <h2 id="replays">Last replays</h2>
      <${ReplayRows} replays=${replays} />
    </section>`
  }
  <p><a href=${replaysPath(space)}>Replay others, and all replays</a></p>
  <p><a href=${eventsPath(space)}>All events of the Space</a></p>
`;

const Cause = ({
  failure,
  marketplaces,
  space,
}: {
  failure: Failure;
  marketplaces: Marketplace[];
  space: string;
}): VNode => {
  const { cause, dead, retrying, counted_all, first, last, types, example } = failure;
  const of = marketplaces.filter(({ marketplace }) => failure.marketplaces.includes(marketplace));
  return html`<li>
    <span>
      <code>${cause}</code><br />
      ${causeWords(cause)}<br />
      <span class="soft">
        ${types.join(", ")}${
          of.length > 0 &&
          html`, of ${of.map(
            (each, index) => html`${index > 0 && ", "}<a href=${marketplaceEditPath(each)}>${each.name}</a>`,
          )}`
        }; for example <a href=${eventPath(space, example)}>this event</a>, of <a href=${`${eventsPath(space)}?${new URLSearchParams({ cause })}`}>all of them</a>
      </span>
    </span>
    <span>
      <${Status} words=${[howMany(failure), "bad"]} /><br />
      ${dead > 0 && html`${dead} given up<br />`}
      ${retrying > 0 && html`${retrying} tried again by themselves<br />`}
      ${!counted_all && html`<span class="soft">of the first that were counted</span><br />`}
      <span class="soft">since <${Time} at=${first} />${last !== first && html`<br />the last since <${Time} at=${last} />`}</span>
      <br /><a href=${replaysPath(space, { cause })} aria-label=${`${replayWords(failure)} ${cause}`}>${replayWords(failure)}</a>
    </span>
  </li>`;
};

/** As far as they were counted. */
export const howMany = ({ count, counted_all }: Failure): string =>
  counted_all ? (count === 1 ? "1 event" : `${count} events`) : `More than ${count} events`;

/** What is replayed is shown first. */
const replayWords = ({ count, counted_all }: Failure): string =>
  counted_all && count === 1 ? "Replay it…" : `Replay all${counted_all ? ` ${count}` : ""}…`;
