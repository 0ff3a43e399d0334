import type Stripe from "stripe";
import { now } from "../clock.ts";
import type { Recovery } from "../spaces/recovery.ts";
import type { Platform } from "../utilities/platform.ts";

/** One pass over a Space's platform account at Stripe. */
export type Pass = {
  space: string;
  platform: Platform;
  /** Where the passes before it came to, and this one so far. */
  recovery: Recovery;
  /** When this part of the pass begins nothing more. */
  until: Date;
  /** Lets the part make its next request: a pass leaves most of what Stripe allows an account to sales, events and people. */
  turn: () => Promise<void>;
};

/** What brings an Order on, in its timeline, where no event did. */
export const CAUSE = "recovery";

/** Of a list of what is wrong; a person who has seen so many has seen enough. */
const MAX_NAMED = 100;

/** Names something in a list of what is wrong, once. */
export const name = (list: string[], id: string): void => {
  if (list.length < MAX_NAMED && !list.includes(id)) list.push(id);
};

type Listed<Row> = Pick<Stripe.ApiList<Row>, "data" | "has_more">;

/**
 * A list of Stripe's, by pages of 100, newest first, until there are no more or the time of the pass is over.
 * @param page asks for the page after `starting_after`
 * @returns whether the list was read to its end
 */
export async function eachPage<Row extends { id: string }>(
  { until, turn }: Pick<Pass, "until" | "turn">,
  page: (paging: { limit: number; starting_after?: string }) => Promise<Listed<Row>>,
  take: (rows: Row[]) => Promise<void> | void,
  starting_after?: string,
): Promise<boolean> {
  let last = starting_after;
  for (;;) {
    await turn();
    const { data, has_more } = await page({
      limit: 100,
      ...(last !== undefined && { starting_after: last }),
    });
    await take(data);
    last = data.at(-1)?.id;
    if (!has_more || last === undefined) return true;
    if (now() >= until) return false;
  }
}
