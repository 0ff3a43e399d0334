import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { listReplays } from "../replays/list_replays.ts";
import type { Replay } from "../replays/replay.ts";
import { type Failure, type FailuresJson, listFailures } from "../stripe_events/failures.ts";
import { eventPath, eventsPath, marketplacePath, replaysPath } from "../urls.ts";
import { causeWords } from "./cause_words.ts";
import { html, type VNode } from "./html.ts";
import { ReplayRows } from "./replay_rows.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
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
    <h2 id="causes">${data.length > 0 ? "Failing events, by cause" : "Nothing is failing"}</h2>
    ${
      data.length > 0
        ? html`<${Causes} failures=${data} marketplaces=${marketplaces} space=${space} />`
        : html`<p>Events that fail show up here, by cause, until they succeed. The <a href=${eventsPath(space)}>event log</a> has all events.</p>`
    }
    ${
      data.some(({ retrying }) => retrying > 0) &&
      html`<p class="soft">What is retrying runs again automatically: after half a minute at first, then ever more rarely, every six hours at most, for three days. Each event's page says when. A replay runs it now.</p>`
    }
    ${!complete && html`<p>There are more causes than are listed here.</p>`}
  </section>
  <section aria-labelledby="replays">
    <h2 id="replays">Last replays</h2>
    ${replays.length > 0 ? html`<${ReplayRows} replays=${replays} />` : html`<p class="soft">None yet. A replay handles events again: all that fail because of one cause, or others that you choose.</p>`}
    <div class="actions"><a class="quiet" href=${replaysPath(space)}>Replay other events…</a></div>
  </section>
`;

const Causes = ({
  failures,
  marketplaces,
  space,
}: {
  failures: Failure[];
  marketplaces: Marketplace[];
  space: string;
}): VNode => html`
  <${Table}
    caption="Causes, the one with the most events first"
    columns=${["Cause", "Events", { label: "First failed", amount: true }, { label: "Last failed", amount: true }, { label: "Replay", amount: true }]}
    rows=${failures.map((failure) => {
      const { cause, dead, retrying, first, last } = failure;
      return [
        html`<${Cause} failure=${failure} marketplaces=${marketplaces} space=${space} />`,
        html`
          <${Status} words=${[howMany(failure), dead > 0 ? "bad" : "waiting"]} /><br />
          <span class="soft">${[dead > 0 && `${dead} given up`, retrying > 0 && `${retrying} retrying`].filter(Boolean).join(", ")}</span>
        `,
        html`<${Time} at=${first} ago />`,
        html`<${Time} at=${last} ago />`,
        html`<a class="quiet" href=${replaysPath(space, { cause })} aria-label=${`${replayWords(failure)} ${cause}`}>${replayWords(failure)}</a>`,
      ];
    })}
  />
`;

const Cause = ({
  failure: { cause, types, example, ...failure },
  marketplaces,
  space,
}: {
  failure: Failure;
  marketplaces: Marketplace[];
  space: string;
}): VNode => {
  const of = marketplaces.filter(({ marketplace }) => failure.marketplaces.includes(marketplace));
  return html`
    <a href=${`${eventsPath(space)}?${new URLSearchParams({ cause })}`}><code>${cause}</code></a><br />
    ${causeWords(cause)}<br />
    <span class="soft">
      ${types.join(", ")}${of.map((each, index) => html`${index === 0 ? " of " : ", "}<a href=${marketplacePath(each)}>${each.name}</a>`)}.${" "}
      <a href=${eventPath(space, example)}>See an example</a>
    </span>
  `;
};

/** As far as they were counted. */
export const howMany = ({ count, counted_all }: Failure): string =>
  counted_all ? (count === 1 ? "1 event" : `${count} events`) : `More than ${count} events`;

/** What is replayed is shown first. */
const replayWords = ({ count, counted_all }: Failure): string =>
  counted_all && count === 1 ? "Replay it…" : `Replay all${counted_all ? ` ${count}` : ""}…`;
