import * as v from "valibot";
import { iso, toSecond } from "../clock.ts";
import { fields } from "../http/body.ts";
import { BEFORE_FROM, isInOrder } from "../http/time_span.ts";
import { EVENT_FILTER } from "../stripe_events/event_filter.ts";

const FAILING = ["retrying", "dead"] as const;
export const STATUSES = [...FAILING, "succeeded", "ignored"] as const;

const FIELDS = {
  ...EVENT_FILTER,
  status: v.optional(v.picklist(STATUSES, `must be one of ${STATUSES.join(", ")}`)),
  finished: v.optional(
    v.pipe(
      v.union([v.literal(true), v.literal("true")], "must be `true`"),
      v.transform((): true => true),
      v.description(
        "That events which are finished are meant, too: they have succeeded, or there was nothing to do.",
      ),
    ),
  ),
};

/**
 * Which events a replay is of: all that is given holds of each. `from` and `to` are of Stripe's own time, in ms since the
 * epoch. Without `finished`, it is of what fails alone.
 */
export type ReplayFilter = v.InferOutput<typeof StoredFilter>;
/** As a replay's row has it: see {@link filterTexts}. */
export const StoredFilter = v.object(FIELDS);

const isOfSome = ({ status, type, marketplace, cause, from, to }: ReplayFilter): boolean =>
  [status, type, marketplace, cause, from, to].some((each) => each !== undefined);

const isTicked = ({ status, finished }: ReplayFilter): boolean =>
  finished || status === undefined || FAILING.some((each) => each === status);

const isOfOneKind = ({ cause, finished }: ReplayFilter): boolean =>
  cause === undefined || finished === undefined;

/** What has to be so of a filter whose fields are right, and else what is wrong, at which field. */
const RULES: [isKept: (filter: ReplayFilter) => boolean, message: string, field?: keyof ReplayFilter][] = [
  [isOfSome, "must say which events: a `status`, `type`, `marketplace`, `cause`, `from` or `to`"],
  [isOfOneKind, "is of what fails: leave out `finished`", "cause"],
  [isInOrder, BEFORE_FROM, "to"],
  [isTicked, "Say that finished events are meant, too: `finished` is not `true`", "finished"],
];

/** By the {@link RULES}, whatever else comes with the filter. */
const isWhole = <Filter extends ReplayFilter>() =>
  v.rawCheck<Filter>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    for (const [isKept, message, key] of RULES)
      if (!isKept(input))
        addIssue({
          message,
          ...(key && {
            path: [{ type: "object", origin: "value", input: { ...input }, key, value: input[key] }],
          }),
        });
  });

/** A filter as an address says it. An empty one is none. */
export const ReplayQuery = v.pipe(fields(FIELDS), isWhole());
export const REPLAY_QUERY = Object.keys(FIELDS);

/** What a replay is begun with: a filter, and the moment that it is frozen at (ISO 8601). */
export type ReplayRequest = v.InferOutput<typeof ReplayRequest>;
export const ReplayRequest = v.pipe(
  fields({
    ...FIELDS,
    as_of: v.pipe(
      v.string("is missing"),
      v.isoTimestamp("must be the preview's `as_of`"),
      v.transform((text) => iso(new Date(text))),
      v.description(
        "The preview's `as_of`, or that of the list of failures. What has been run since is left alone, and the same request is the same replay.",
      ),
    ),
  }),
  isWhole(),
);

/** The statuses of the events that it is of. */
export function statusesOf({ status, finished }: ReplayFilter): readonly string[] {
  if (status) return [status];
  return finished ? STATUSES : FAILING;
}

/** A filter in texts, as addresses, forms and rows have it. */
export function filterTexts({ status, type, marketplace, cause, from, to, finished }: ReplayFilter) {
  return {
    ...(status && { status }),
    ...(cause && { cause }),
    ...(type && { type }),
    ...(marketplace && { marketplace }),
    ...(from !== undefined && { from: iso(new Date(from)) }),
    ...(to !== undefined && { to: iso(new Date(to)) }),
    ...(finished && { finished: "true" as const }),
  };
}

/** In words, behind the number of events. */
export function filterWords({ status, type, marketplace, cause, from, to, finished }: ReplayFilter): string {
  const parts = [
    cause ? `failing because of ${cause}` : !finished && !status && "failing",
    status && `with status ${status}`,
    type && `of type ${type}`,
    marketplace && `of Marketplace ${marketplace}`,
    from !== undefined && `from ${toSecond(iso(new Date(from)))}`,
    to !== undefined && `to ${toSecond(iso(new Date(to)))}`,
    finished && !status && "finished ones too",
  ];
  return parts.filter(Boolean).join(", ");
}

export const eventCount = (count: number): string => (count === 1 ? "1 event" : `${count} events`);
