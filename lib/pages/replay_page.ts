import { getReplay, presentReplay, type Replay, type ReplayJson } from "../replays/replay.ts";
import { eventCount, filterWords } from "../replays/replay_filter.ts";
import { failuresPath, replayPath, replaysPath } from "../urls.ts";
import { causeWords } from "./cause_words.ts";
import { Form, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { capitalized, REPLAY_LABELS } from "./replay_rows.ts";
import type { PageContext, View } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** How often the page of one that is running looks again. */
const REFRESH_S = 10;

/** A replay: how far it is, and the button that stops it. */
export async function showReplay({ request, access, formState }: PageContext): Promise<View> {
  const { space, session } = access;
  const replay = await getReplay(space, request.pathParameters?.replay ?? "");
  const json = presentReplay(replay);
  const isRunning = json.status === "running";
  const body = html`
    <${FormTrouble} formState=${formState} />
    <section aria-labelledby="replay">
      <h2 id="replay">${eventCount(json.total)}</h2>
      <p><${Status} words=${REPLAY_LABELS[json.status]} /> ${capitalized(filterWords(replay.filter))}, as of <${Time} at=${json.as_of} />.</p>
      ${json.stopped_for && html`<p class="wrong">It stopped by itself, because the rest would fail too. ${causeWords(json.stopped_for)} Then replay what is left.</p>`}
      <progress max=${json.total} value=${json.total - json.left} aria-labelledby="progress"></progress>
      <p id="progress">${json.replayed} of ${json.total} replayed.</p>
      <dl><${Facts} replay=${replay} json=${json} /></dl>
      ${
        isRunning &&
        html`
          <p class="hint">It goes on by itself, whether this page is open or not. The page reloads every ${REFRESH_S} seconds.</p>
          <${Form} action=${`${replayPath(space, json.id)}/stop`} session=${session} button="Stop" danger />
        `
      }
    </section>
    <p>
      <a href=${failuresPath(space)}>${json.failed > 0 ? "What failed again, by cause" : "Back to Problems"}</a> ·${" "}
      <a href=${replaysPath(space)}>All replays of the Space</a>
    </p>
  `;
  return { title: "Replay", body, tab: "problems", refresh_s: isRunning ? REFRESH_S : undefined, json };
}

function Facts({ replay: { begun_by }, json }: { replay: Replay; json: ReplayJson }): VNode {
  const facts: [string, unknown][] = [
    ["Succeeded", json.succeeded],
    ["Failed again", json.failed],
    ["Waiting for Stripe", json.waiting > 0 && json.waiting],
    ["Left", json.status !== "finished" && json.left],
    [
      "Skipped",
      json.passed_over > 0 &&
        `${json.passed_over}: they had been run in the meantime, or were not counted when a process was lost`,
    ],
    ["Started by", begun_by],
    ["Stopped by", json.stopped_by],
    ["Ended", json.ended_at && html`<${Time} at=${json.ended_at} />`],
  ];
  return html`${facts.map(
    ([name, fact]) => fact !== false && fact !== null && html`<dt>${name}</dt><dd>${fact}</dd>`,
  )}`;
}
