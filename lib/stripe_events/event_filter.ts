import * as v from "valibot";
import { BEFORE_FROM, isInOrder, TIME_SPAN } from "../http/time_span.ts";
import { isUuid } from "../ids.ts";
import { causeOf } from "./present_event.ts";
import { EventStatus, type StoredEvent } from "./stored_event.ts";

/** The fields of an {@link EventFilter}. */
export const EVENT_FILTER = {
  status: v.optional(v.picklist(EventStatus.options, `must be one of ${EventStatus.options.join(", ")}`)),
  /** A type; or, with `.*` at its end, all that begin so. */
  type: v.optional(
    v.pipe(
      v.string("must be a text"),
      v.maxLength(100, "must be a type of Stripe's"),
      v.regex(
        /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*(?:\.\*)?$/,
        "must be a type of Stripe's, or how some begin: `charge.refunded` or `charge.*`",
      ),
    ),
  ),
  marketplace: v.optional(
    v.pipe(v.string("must be a text"), v.check(isUuid, "must be the id of a Marketplace")),
  ),
  cause: v.optional(
    v.pipe(
      v.string("must be a text"),
      v.regex(/^[\w.:@-]{1,200}$/, "must be a cause, as the list of failures has it"),
    ),
  ),
  ...TIME_SPAN,
};

/** Which events of a Space are meant: all that is given holds of each. `from` and `to` are of Stripe's own time. */
export type EventFilter = v.InferOutput<typeof EventFilter>;
export const EventFilter = v.pipe(
  v.object(EVENT_FILTER),
  v.forward(
    v.check((span) => isInOrder(span), BEFORE_FROM),
    ["to"],
  ),
);

/** Whether an event is meant, but for its Marketplace, which it may have by its account alone: see `isOf`. */
export const isMeant = ({ status, type, cause, from, to }: EventFilter, event: StoredEvent): boolean =>
  (status === undefined || event.status === status) &&
  (type === undefined || isOfType(type, event.type)) &&
  (cause === undefined || causeOf(event) === cause) &&
  (from === undefined || event.created * 1_000 >= from) &&
  (to === undefined || event.created * 1_000 <= to);

/** @param wanted a type, or how some begin: `charge.*` */
export const isOfType = (wanted: string, type: string): boolean =>
  wanted.endsWith(".*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
