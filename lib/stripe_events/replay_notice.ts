import type { Notice } from "../session/notice.ts";
import type { EventStatus, StoredEvent } from "./stored_event.ts";

const NOTICES: Record<EventStatus, Notice> = {
  received: { text: "The event is being handled again. Look again in a moment." },
  succeeded: { text: "The event was handled again, and succeeded." },
  ignored: { text: "The event was handled again, and there was nothing to do." },
  retrying: { trouble: "The event could not be handled now. It will be retried automatically." },
  dead: { trouble: "The event was handled again, and is given up again. Its last run says why." },
};

/** What a person reads who replayed an event. */
export const replayNotice = ({ status }: StoredEvent): Notice => NOTICES[status];
