import { now } from "../clock.ts";
import { limitConcurrency } from "./limit_concurrency.ts";

/** Pieces of work at once, in all and of one group: one that is slow, or has much to do, leaves room for the others. */
const AT_ONCE = { inAll: 24, ofGroup: 8 };

/**
 * Does each group's work in its order, until all is done or `until` has come.
 * @param work answers "stop" where the rest of its group is better left for later. It must not throw
 */
export async function workByGroup<Item>(
  items: Item[],
  groupOf: (item: Item) => string,
  until: Date,
  work: (item: Item) => Promise<"stop" | "go on">,
  atOnce = AT_ONCE,
): Promise<void> {
  const inTurn = limitConcurrency(atOnce.inAll);
  await Promise.all([...Map.groupBy(items, groupOf).values()].map(workThrough));

  async function workThrough(group: Item[]): Promise<void> {
    const left = group.values();
    let isOver = false;
    const worker = async (): Promise<void> => {
      for (const item of left) {
        await inTurn(async () => {
          isOver ||= now() >= until;
          if (isOver) return;
          isOver ||= (await work(item)) === "stop";
        });
        if (isOver) return;
      }
    };
    await Promise.all(Array.from({ length: atOnce.ofGroup }, worker));
  }
}
