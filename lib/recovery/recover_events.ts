import type Stripe from "stripe";
import { after, fromSeconds, iso, now, toSeconds } from "../clock.ts";
import { log } from "../log.ts";
import { type EventsCursor, type Findings, type Recovery, saveRecovery } from "../spaces/recovery.ts";
import { putIn } from "../stripe_events/put_in.ts";
import { platformTypes } from "../stripe_events/registry.ts";
import { findRegistered } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import { eachPage, type Pass } from "./pass.ts";

/** Of one request (Stripe API, "List all events", `types`). */
const MAX_TYPES = 20;
/** How long Stripe lists an event (the same page), in ms. */
const LISTED_FOR_MS = 30 * 24 * 60 * 60_000;
/** What happened in the last minute is on its way, in ms. */
const ON_ITS_WAY_MS = 60_000;
/** An event may come into the list after others of its time, how long Stripe does not say: so much is read again, in ms. */
const OVERLAP_MS = 2 * 60 * 60_000;
/** After an outage a pass goes on by windows of this length, in ms, so that what is cut off is not much. */
const MAX_WINDOW_MS = 6 * 60 * 60_000;
/** Stripe delivers within seconds: what is older than this, in ms, and not here, was not delivered. */
const LATE_MS = 10 * 60_000;
/** How long a page goes on saying that events were not delivered, in ms. */
const SAY_FOR_MS = 7 * 24 * 60 * 60_000;

type Found = NonNullable<Findings["events"]>;

/**
 * Reads Stripe's list of the platform's events on from where the passes before came to, and stores what is not here. A cursor
 * moves on only when the whole window was read, so windows join without a gap; cut off anywhere, the next pass goes on there.
 * Not `delivery_success=false`: that misses what no endpoint was there to hear.
 * @param found counts along, so that it holds what was found before something is thrown
 * @throws what Stripe's SDK throws
 */
export async function recoverEvents(pass: Pass, found: Found): Promise<void> {
  const { recovery } = pass;
  recovery.events = cursorsOf(recovery.events, startOf(pass));
  const late: Stripe.Event[] = [];
  try {
    for (const cursor of recovery.events) await readOn(pass, cursor, found, late);
  } finally {
    await noteUndelivered(recovery, late);
    await saveRecovery(recovery);
  }
}

/** What was before the Space had a key of this account is no business of ours; and Stripe lists no more than 30 days. */
function startOf({ platform: { utility } }: Pass): string {
  const oldest = inSeconds(after(now(), -LISTED_FOR_MS));
  const since = utility.stripe_platform_since && inSeconds(new Date(utility.stripe_platform_since));
  return since && since > oldest ? since : oldest;
}

/** In whole seconds, as Stripe's times are. */
const inSeconds = (time: Date): string => iso(fromSeconds(toSeconds(time)));

/**
 * A cursor for as many types as one request takes. Where types are grouped in another way than before, because a handler came
 * or went, a group goes on from where that one of its types stands that was read least; a new type begins at `start`.
 */
export function cursorsOf(
  before: readonly EventsCursor[],
  start: string,
  handled: readonly string[] = platformTypes,
): EventsCursor[] {
  const types = [...handled].sort();
  const groups = Array.from({ length: Math.ceil(types.length / MAX_TYPES) }, (_, group) =>
    types.slice(group * MAX_TYPES, (group + 1) * MAX_TYPES),
  );
  const untilOf = (type: string): string =>
    before.find((cursor) => cursor.types.includes(type))?.until ?? start;
  return groups.map(
    (group) =>
      before.find((cursor) => cursor.types.join() === group.join()) ?? {
        types: group,
        until: group.map(untilOf).sort()[0] ?? start,
      },
  );
}

/** Reads on from a cursor, window by window, until it has caught up with the present or the time is over. */
async function readOn(pass: Pass, cursor: EventsCursor, found: Found, late: Stripe.Event[]): Promise<void> {
  const { recovery, until } = pass;
  const start = startOf(pass);
  if (cursor.until < start) recovery.out_of_reach = { from: cursor.until, to: start };
  // What lies in it, and where it was cut off, may be in the list no more.
  if (cursor.cut_off && cursor.cut_off.from < start) delete cursor.cut_off;
  const end = inSeconds(after(now(), -ON_ITS_WAY_MS));
  let from = later(start, inSeconds(after(new Date(cursor.until), -OVERLAP_MS)));
  while (from < end) {
    const { cut_off } = cursor;
    const window = cut_off ?? { from, to: earlier(end, inSeconds(after(new Date(from), MAX_WINDOW_MS))) };
    found.from = earlier(found.from ?? window.from, window.from);
    found.to = later(found.to ?? window.to, window.to);
    const isWhole = await eachPage(
      pass,
      (paging) =>
        pass.platform.stripe.events.list({
          types: cursor.types,
          created: { gte: toSeconds(new Date(window.from)), lt: toSeconds(new Date(window.to)) },
          ...paging,
        }),
      async (events) => {
        late.push(...(await store(pass.space, events, found)));
        const last = events.at(-1);
        if (last) cursor.cut_off = { from: window.from, to: window.to, starting_after: last.id };
      },
      cut_off?.starting_after,
    );
    if (!isWhole) return;
    delete cursor.cut_off;
    cursor.until = later(cursor.until, window.to);
    await saveRecovery(recovery);
    if (now() >= until) return;
    from = cursor.until;
  }
}

const later = (one: string, other: string): string => (one > other ? one : other);
const earlier = (one: string, other: string): string => (one < other ? one : other);

/** @returns those that were put in, and should have been delivered before */
async function store(space: string, events: Stripe.Event[], found: Found): Promise<Stripe.Event[]> {
  const missing = await putIn(space, events);
  found.pages += 1;
  found.listed += events.length;
  found.known += events.length - missing.length;
  found.put_in += missing.length;
  const tooLate = toSeconds(after(now(), -LATE_MS));
  return missing.filter(({ created }) => created < tooLate);
}

/** That an endpoint was there when events happened, and did not deliver them, a person must look into at Stripe. */
async function noteUndelivered(recovery: Recovery, late: Stripe.Event[]): Promise<void> {
  const { space, undelivered } = recovery;
  if (undelivered && undelivered.at < iso(after(now(), -SAY_FOR_MS))) delete recovery.undelivered;
  if (late.length === 0) return;
  const { endpoints } = await findRegistered(space);
  const lost = endpoints
    .filter(({ connect }) => !connect)
    .map(({ id, registered_at }) => ({
      endpoint: id,
      created: late.map(({ created }) => iso(fromSeconds(created))).filter((at) => at > registered_at),
    }))
    .find(({ created }) => created.length > 0);
  if (!lost) return;
  const { endpoint, created } = lost;
  const [oldest = ""] = created.sort();
  recovery.undelivered = { at: iso(now()), events: created.length, oldest, endpoint };
  log.warn("an endpoint did not deliver events", { space, endpoint, events: created.length, oldest });
}
