import { iso } from "../clock.ts";
import type { StoredEvent } from "./stored_event.ts";

/**
 * What an event has in the index `failing` while it fails: by which cause, and since when. So a Space's failing events
 * stand there by cause, the longest failing first; an event that does not fail is not there, and costs nothing for it.
 *
 * A cause has no space in it (see cause.ts), and a space sorts before all that it has.
 */
export type Failing = { cause: string; since: string };

export const packFailing = ({ cause, since }: Failing): string => `${cause} ${since}`;

/** What {@link packFailing} packed. */
export function parseFailing(failing: string): Failing {
  const [cause = "", since = ""] = failing.split(" ");
  return { cause, since };
}

/** Whether a text is what {@link packFailing} packs. */
export const isFailing = (text: string): boolean =>
  /^[\w.:@-]{1,200} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);

/** Before and after all that fails by a cause. */
export const fromCause = (cause: string): string => `${cause} `;
export const pastCause = (cause: string): string => `${cause} ~`;

/** Of an event whose run, begun then, has failed: since when it does by this cause, without a success or a replay since. */
export function failingBy(event: StoredEvent, cause: string, began: Date): string {
  const before = event.failing === undefined ? undefined : parseFailing(event.failing);
  return packFailing({ cause, since: before?.cause === cause ? before.since : iso(began) });
}
