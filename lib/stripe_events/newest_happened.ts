import { eventKey } from "../dynamodb/keys.ts";
import { type FailingPage, readFailing } from "./failures.ts";
import { newestKeys, type Span } from "./newest_keys.ts";

/** So many of the log's keys are read, and so many of what fails: 16 read units, of the 25 and more of a page's events. */
export const MOST = { events: 800, failing: 200 };

/** When an event happened, in s since the epoch, and whether it fails now. */
export type Happened = { created: number; isFailing: boolean };

/** What fails of a Space, as far as that may be read. */
export const failingOfMost = (space: string, most = MOST): Promise<FailingPage> =>
  readFailing(space, { cause: undefined, after: undefined, limit: most.failing });

/**
 * The newest of a Space's events in a span, by the log's keys alone: no event itself is read.
 * @param fails what fails, which may be being read already
 * @returns whether they are all of the span, too, and whether all that fails is told apart
 */
export async function newestHappened(
  space: string,
  span: Span,
  most: typeof MOST,
  fails: Promise<FailingPage>,
): Promise<{ happened: Happened[]; isAll: boolean; knowsFailing: boolean }> {
  const [keys, failing] = await Promise.all([newestKeys(space, span, most.events), fails]);
  const failingKeys = new Set(failing.events.map(({ id }) => eventKey(space, id).pk));
  return {
    happened: keys.map(({ pk, created }) => ({ created, isFailing: failingKeys.has(pk) })),
    isAll: keys.length < most.events,
    knowsFailing: !failing.more,
  };
}
