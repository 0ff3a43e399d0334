import { searchedListOf } from "../lib/http/answer_fields.ts";
import { RecoveryJson } from "../lib/overview/present_recovery.ts";
import { ShownEventJson } from "../lib/pages/event_page.ts";
import { ReplaysJson } from "../lib/pages/replays_page.ts";
import { ReplayJson } from "../lib/replays/replay.ts";
import { ReplayRequest } from "../lib/replays/replay_filter.ts";
import { FailuresJson } from "../lib/stripe_events/failures.ts";
import { EventJson, WholeEventJson } from "../lib/stripe_events/present_event.ts";
import { ASKS_STRIPE, MARKETPLACE, type Operation, SPACE, type Subject, timeSpan } from "./operation.ts";

const list = { role: "member", scope: "manage", isList: true } as const;
const answers = { 200: ["A page of events.", searchedListOf(EventJson)] } satisfies Operation["answers"];

const EVENT_QUERY = {
  status:
    "Only events that stand so. `retrying` and `dead` are listed as they fail: by cause, the longest failing first.",
  type: "Only this type; with `.*` at its end, all that begin so: `charge.*`.",
  cause: "Only what fails by this cause, as the list of failures has it.",
  ...timeSpan("Stripe's own time of an event"),
};
const WHOLE_SPACE = { marketplace: "Only the events of this Marketplace of the Space." };

/** Stripe itself posts there, and `stripe listen`. */
const receive = {
  description:
    "For Stripe and for `stripe listen`, signed in the header `Stripe-Signature`. 200 says that the event is stored, and nothing more; once or again.",
  answers: { 200: ["Stored."] },
  errors: ["invalid_signature", "not_an_event", "too_large"],
} satisfies Partial<Operation>;

export const events: Subject = {
  name: "Events",
  description: "What Stripe has told, and what became of it.",
  operations: {
    [`GET ${SPACE}/stripe_events`]: {
      id: "listStripeEvents",
      summary: "List a Space's events, the newest first",
      ...list,
      query: { ...EVENT_QUERY, ...WHOLE_SPACE },
      answers,
    },
    [`GET ${MARKETPLACE}/stripe_events`]: {
      id: "listStripeEventsOfMarketplace",
      summary: "List a Marketplace's events, the newest first",
      ...list,
      query: EVENT_QUERY,
      answers,
    },
    [`GET ${SPACE}/stripe_events/{event}`]: {
      id: "showStripeEvent",
      summary: "Read an event, with its payload and its runs, and what a replay would do",
      role: "member",
      scope: "manage",
      query: {
        dry_run:
          "`true` for what handling it again would do now, step by step, in `dry_run`. Nothing is done.",
      },
      answers: { 200: ["The event.", ShownEventJson] },
      errors: [...ASKS_STRIPE, "invalid_field"],
    },
    [`GET ${SPACE}/failures`]: {
      id: "showStripeEventOfFailures",
      summary: "List why events fail, the most frequent cause first",
      description:
        "Each event that is `retrying` or `dead` stands under the cause of its last try, until it succeeds or is replayed.",
      role: "member",
      scope: "manage",
      answers: { 200: ["The causes.", FailuresJson] },
    },
    [`POST ${SPACE}/stripe_events/{event}/replay`]: {
      id: "replayStripeEvent",
      summary: "Handle an event again, now",
      role: "member",
      scope: "manage",
      answers: { 200: ["The event, and how that ended.", WholeEventJson] },
      errors: ["being_handled"],
    },
    [`GET ${SPACE}/replays`]: {
      id: "showStripeEventOfReplays",
      summary: "List the last replays, and say what one would be of",
      description:
        "With a query that says which events, `preview` has how many there are, and some of them. Nothing is handled for it.",
      role: "member",
      scope: "manage",
      query: {
        status: "`retrying` or `dead`; with `finished` also `succeeded` or `ignored`.",
        cause: "Why they fail, as the list of failures has it.",
        type: "Stripe's, or how some begin: `charge.refunded`, `charge.*`.",
        marketplace: "The id of the Marketplace that they are of.",
        ...timeSpan("When Stripe made them"),
        finished: "`true` where what is finished is meant, too; without, only what fails is.",
      },
      answers: { 200: ["The replays, and the preview.", ReplaysJson] },
      errors: ["invalid_field"],
    },
    [`POST ${SPACE}/replays`]: {
      id: "replayStripeEventOfFilter",
      summary: "Begin to handle many events again",
      description:
        "It is frozen at a moment: each event that was so then, and has not been run since, is handled once. What takes longer than some seconds goes on by itself, a few hundred events a minute.",
      role: "member",
      scope: "manage",
      body: ReplayRequest,
      answers: {
        200: ["The same request has begun it before.", ReplayJson],
        201: ["It is begun.", ReplayJson],
      },
      errors: ["invalid_field", "nothing_to_replay"],
    },
    [`GET ${SPACE}/replays/{replay}`]: {
      id: "showStripeEventOfReplay",
      summary: "Read how far a replay is",
      role: "member",
      scope: "manage",
      answers: { 200: ["The replay.", ReplayJson] },
    },
    [`POST ${SPACE}/replays/{replay}/stop`]: {
      id: "replayStripeEventOfStopping",
      summary: "Stop a replay",
      description: "What is being handled at that moment comes to its end. One that is over stays as it is.",
      role: "member",
      scope: "manage",
      answers: { 200: ["The replay.", ReplayJson] },
    },
    [`POST ${SPACE}/recoveries`]: {
      id: "recoverSpace",
      summary: "Ask Stripe for what did not arrive, and put it in",
      role: "member",
      scope: "manage",
      answers: { 200: ["How complete the Space is, and what was found.", RecoveryJson] },
      errors: [...ASKS_STRIPE, "recovery_under_way"],
    },
    [`POST ${SPACE}/stripe_events`]: {
      id: "receiveStripeEvent",
      summary: "Receive an event of a Space's",
      ...receive,
    },
    [`POST ${MARKETPLACE}/stripe_events`]: {
      id: "receiveStripeEventOfMarketplace",
      summary: "Receive an event at a Marketplace's own URL",
      ...receive,
    },
  },
};
