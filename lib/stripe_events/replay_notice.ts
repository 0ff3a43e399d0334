import type { Notice } from "../session/notice.ts";
import type { ReplayedJson } from "./replay_cause.ts";
import type { EventStatus, StoredEvent } from "./stored_event.ts";

const NOTICES: Record<EventStatus, Notice> = {
  received: { text: "The event is being handled again. Look again in a moment." },
  succeeded: { text: "The event was handled again, and succeeded." },
  ignored: { text: "The event was handled again, and there was nothing to do." },
  retrying: { trouble: "The event could not be handled now. It is tried again by itself." },
  dead: { trouble: "The event was handled again, and is given up again. Its last run says why." },
};

/** What a person reads who replayed all that fails by a cause. */
export function causeReplayNotice(replay: ReplayedJson): Notice {
  const { replayed, succeeded, failed, waiting, left, counted_all } = replay;
  if (replayed === 0 && left === 0) return { text: "None of these events fails any more." };
  const ends = [
    succeeded > 0 && `${succeeded} succeeded`,
    failed > 0 && `${failed} failed again`,
    waiting > 0 && `${waiting} wait, since Stripe asks to slow down`,
  ];
  const did =
    replayed === 0
      ? "No event was handled again."
      : `${replayed === 1 ? "1 event was" : `${replayed} events were`} handled again: ${ends.filter(Boolean).join(", ")}.`;
  const more = left > 0 ? ` ${counted_all ? "" : "More than "}${left} are left.` : "";
  return failed > 0 || left > 0 ? { trouble: did + more } : { text: did };
}

/** What a person reads who replayed an event. */
export const replayNotice = ({ status }: StoredEvent): Notice => NOTICES[status];
