import { dynamodb } from "../../lib/dynamodb/client.ts";

let left: number | undefined;
let dies: "before" | "after" = "before";

dynamodb.middlewareStack.add(
  (next, { commandName = "" }) =>
    async (request) => {
      if (left === undefined || /^(?:Query|Get|BatchGet)/.test(commandName)) return await next(request);
      left -= 1;
      if (left < 0) throw new Error("the process is dead");
      if (left > 0) return await next(request);
      if (dies === "after") await next(request);
      throw new Error("the process dies");
    },
  { step: "initialize", name: "death" },
);

/**
 * Runs what writes to the tables and nowhere else as if its process died at a write, before it took effect or after, with its
 * answer lost: nothing is written from then on, be it in a `finally`.
 * @returns whether it died; not, if it writes fewer times
 */
export async function dyingAt(
  step: number,
  when: "before" | "after",
  run: () => Promise<unknown>,
): Promise<boolean> {
  left = step;
  dies = when;
  try {
    await run();
    return left <= 0;
  } catch (error) {
    if (left > 0) throw error;
    return true;
  } finally {
    left = undefined;
  }
}
