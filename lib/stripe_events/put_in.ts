import type Stripe from "stripe";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { eventKey } from "../dynamodb/keys.ts";
import { log } from "../log.ts";
import { parseEvent } from "./incoming_event.ts";
import { storeEvent } from "./store_event.ts";

/** Events that are written at the same time. */
const AT_ONCE = 8;

/**
 * Stores those of a page of Stripe's list of events that are not there yet, by the write that receiving makes; from then on
 * they go the way of any other. What is there already costs a part of one read.
 * @param events at most 100, of the Space's platform account itself
 * @returns those that were put in
 */
export async function putIn(space: string, events: Stripe.Event[]): Promise<Stripe.Event[]> {
  const keys = events.map(({ id }) => eventKey(space, id));
  const rows = await batchGet(configuration.eventsTable, keys, { ProjectionExpression: "pk" });
  const known = new Set(rows.map(({ pk }) => pk));
  const inTurn = limitConcurrency(AT_ONCE);
  const missing = events.filter(({ id }) => !known.has(eventKey(space, id).pk));
  const stored = await Promise.all(missing.map((event) => inTurn(() => store(space, event))));
  return missing.filter((_, index) => stored[index]);
}

async function store(space: string, listed: Stripe.Event): Promise<boolean> {
  // As Stripe posts it, which is how it packs well.
  const body = Buffer.from(JSON.stringify(listed, undefined, 2));
  const event = parseEvent(body);
  if (!event) {
    log.error("Stripe lists what is no event", { space, event: listed.id });
    return false;
  }
  return (await storeEvent(space, event, body, undefined)).stored;
}
