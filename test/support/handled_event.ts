import type { EventType, HandledEvent, HandlerContext } from "../../lib/stripe_events/handler.ts";
import { cachedPlatform } from "../../lib/utilities/platform.ts";
import { eventId, nowS } from "./events.ts";
import type { TestSpace } from "./spaces.ts";

/** An event as its handler gets it. */
export const handled = <Type extends EventType>(
  space: TestSpace,
  type: Type,
  object: string,
  facts: { id?: string; account?: string } = {},
): HandledEvent<Type> => ({
  space: space.space,
  id: facts.id ?? eventId(),
  type,
  created: nowS(),
  livemode: false,
  account: facts.account,
  data: { object: { id: object } },
});

export const contextOf = async ({ space }: TestSpace): Promise<HandlerContext> => await cachedPlatform(space);

/** All orders in which things can happen. */
export function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}
