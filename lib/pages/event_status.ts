import type { RunOutcome } from "../stripe_events/present_event.ts";
import type { EventStatus } from "../stripe_events/stored_event.ts";
import type { Words } from "./status.ts";

export const EVENT_LABELS: Record<EventStatus, Words> = {
  received: ["Received", "soft"],
  succeeded: ["Succeeded", "good"],
  ignored: ["Ignored", "soft"],
  retrying: ["Retrying", "waiting"],
  dead: ["Given up", "bad"],
};

/** What each means for who reads it. */
export const EVENT_HELP: Record<EventStatus, string> = {
  received: "It is stored. Its first run is under way, or about to begin.",
  succeeded: "It was handled.",
  ignored: "There was nothing to do: the last run says why.",
  retrying: "It could not be handled yet, and will be retried automatically.",
  dead: "It is not retried any more. Fix what the last run says, then replay it.",
};

/** How a run ended, or that it has not. */
export const RUN_WORDS: Record<RunOutcome, Words> = {
  succeeded: EVENT_LABELS.succeeded,
  ignored: EVENT_LABELS.ignored,
  retrying: ["Failed", "bad"],
  dead: EVENT_LABELS.dead,
  running: ["Running", "soft"],
  lost: ["Lost", "bad"],
};
