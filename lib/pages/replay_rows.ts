import { presentReplay, type Replay, type ReplayStatus } from "../replays/replay.ts";
import { eventCount, filterWords } from "../replays/replay_filter.ts";
import { replayPath } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { Status, type Words } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

export const REPLAY_LABELS: Record<ReplayStatus, Words> = {
  running: ["Running", "waiting"],
  finished: ["Finished", "good"],
  stopped: ["Stopped", "bad"],
};

/** A sentence begins so. */
export const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Replays, each with how far it came. */
export const ReplayRows = ({ replays }: { replays: Replay[] }): VNode => html`
  <${Table}
    caption="Replays, the newest first"
    columns=${["Replay", "Status", "Replayed", "Started by", { label: "Events as of", amount: true }]}
    rows=${replays.map((replay) => {
      const { space, id, filter, as_of, status } = replay;
      const { replayed, total, failed } = presentReplay(replay);
      return [
        html`<a href=${replayPath(space, id)}>${eventCount(total)}</a> <span class="soft">${filterWords(filter)}</span>`,
        html`<${Status} words=${REPLAY_LABELS[status]} />`,
        `${replayed} of ${total}${failed > 0 ? `, ${failed} failed again` : ""}`,
        replay.begun_by,
        html`<${Time} at=${as_of} ago />`,
      ];
    })}
  />
`;
