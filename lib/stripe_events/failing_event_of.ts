import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { IsoTime } from "../http/answer_fields.ts";
import type { Order } from "../orders/order.ts";
import { StoredEvent } from "./stored_event.ts";

export type FailingEventJson = v.InferOutput<typeof FailingEventJson>;
export const FailingEventJson = v.pipe(
  v.object({
    id: v.string(),
    type: v.string(),
    status: v.picklist(["received", "retrying", "dead"]),
    failed_at: IsoTime,
    detail: v.string(),
    next_run_at: v.pipe(
      v.nullable(IsoTime),
      v.description("Null where the event is given up, or its next run is under way."),
    ),
  }),
  v.description("What Stripe has told of the Order, and the last try could not follow."),
);

/**
 * What Stripe has told of an Order's Checkout Session and is not done yet, since the last try failed; null where there is
 * nothing. Times are ISO 8601; `next_run_at` is null where the event is given up, or its next run is under way.
 *
 * It is for representatives, too, so it says no more than the event's name, and why it failed; nothing of its payload.
 */
export async function failingEventOf({
  space,
  checkout_session,
  failing_event,
}: Order): Promise<FailingEventJson | null> {
  if (!failing_event) return null;
  const event = await findRow(StoredEvent, configuration.eventsTable, eventKey(space, failing_event));
  if (!event || event.object !== checkout_session) return null;
  const { id, type, status, runs, due_at } = event;
  const failed = runs.findLast(({ outcome }) => outcome === "retrying" || outcome === "dead");
  if (status === "succeeded" || status === "ignored" || !failed) return null;
  return {
    id,
    type,
    status,
    failed_at: failed.at ?? event.received_at,
    detail: failed.detail ?? "",
    next_run_at: (status === "retrying" && due_at) || null,
  };
}
