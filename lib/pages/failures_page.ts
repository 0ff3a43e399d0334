import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { type Failure, type FailuresJson, listFailures } from "../stripe_events/failures.ts";
import { MAX_REPLAYS } from "../stripe_events/replay_cause.ts";
import { eventPath, eventsPath, marketplaceEditPath, replayFailuresPath, spacePath } from "../urls.ts";
import { causeWords } from "./cause_words.ts";
import { Form, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** The problems of a Space: what fails, since when, and what to do about it. */
export async function showFailures({ access, formState }: PageContext): Promise<LazyView> {
  const { space } = access;
  const failures = await listFailures(space);
  return {
    page: async () => ({
      title: "Problems",
      body: failuresPage(failures, await listMarketplaces(space), { access, formState }),
    }),
    json: async () => failures,
  };
}

const failuresPage = (
  { data, complete, as_of }: FailuresJson,
  marketplaces: Marketplace[],
  { access, formState }: Pick<PageContext, "access" | "formState">,
): VNode => html`
  <${FormTrouble} formState=${formState} fields=${["cause", "by"]} />
  <section aria-labelledby="causes">
    <h2 id="causes">${data.length > 0 ? "Events that fail, by cause" : "Nothing fails"}</h2>
    ${
      data.length > 0
        ? html`<ul class="rows">
            ${data.map(
              (failure) =>
                html`<${Cause} failure=${failure} by=${as_of} marketplaces=${marketplaces} access=${access} />`,
            )}
          </ul>`
        : html`<p>Every event of this Space was handled, or is waiting for its first run. What fails stands here, by its cause, until it succeeds.</p>`
    }
    ${!complete && html`<p>There are more causes than are listed here.</p>`}
  </section>
  <p><a href=${eventsPath(access.space)}>All events of the Space</a></p>
  <p><a href=${spacePath(access.space)}>Back to the Space</a></p>
`;

const Cause = ({
  failure,
  by,
  marketplaces,
  access: { space, session },
}: {
  failure: Failure;
  by: string;
  marketplaces: Marketplace[];
  access: PageContext["access"];
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
      <${Form} action=${replayFailuresPath(space)} session=${session} quiet button=${replayWords(failure)} label=${`${replayWords(failure)}: ${cause}`}>
        <input type="hidden" name="cause" value=${cause} />
        <input type="hidden" name="by" value=${by} />
      <//>
    </span>
  </li>`;
};

/** As far as they were counted. */
export const howMany = ({ count, counted_all }: Failure): string =>
  counted_all ? (count === 1 ? "1 event" : `${count} events`) : `More than ${count} events`;

const replayWords = ({ count }: Failure): string => {
  if (count === 1) return "Replay it";
  return count > MAX_REPLAYS ? `Replay the first ${MAX_REPLAYS}` : `Replay all ${count}`;
};
