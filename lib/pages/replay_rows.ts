import { presentReplay, type Replay, type ReplayStatus } from "../replays/replay.ts";
import { eventCount, filterWords } from "../replays/replay_filter.ts";
import { replayPath } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { Status, type Words } from "./status.ts";
import { Time } from "./time.ts";

export const REPLAY_LABELS: Record<ReplayStatus, Words> = {
  running: ["Running", "soft"],
  finished: ["Finished", "good"],
  stopped: ["Stopped", "bad"],
};

/** Replays, each with how far it came. */
export const ReplayRows = ({ replays }: { replays: Replay[] }): VNode => html`
  <ul class="rows">
    ${replays.map((replay) => {
      const { space, id, filter, as_of, status } = replay;
      const { replayed, total, failed } = presentReplay(replay);
      return html`<li>
        <span>
          <a href=${replayPath(space, id)}>${eventCount(total)}</a> ${filterWords(filter)}<br />
          <span class="soft">by ${replay.begun_by}: ${replayed} replayed${failed > 0 && html`, ${failed} failed again`}</span>
        </span>
        <span><${Status} words=${REPLAY_LABELS[status]} /> <span class="soft"><${Time} at=${as_of} /></span></span>
      </li>`;
    })}
  </ul>
`;
