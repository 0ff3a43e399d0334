import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { limitConcurrency } from "../../../lib/async/limit_concurrency.ts";

it("runs so much at a time, in the order in which it came, and goes on after what fails", async () => {
  const threeAtOnce = limitConcurrency(3);
  const began: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) =>
      threeAtOnce(async () => {
        began.push(n);
        running += 1;
        most = Math.max(most, running);
        await setImmediate();
        running -= 1;
        if (n === 1) throw new Error("one fails");
        return n;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(began).toEqual([...Array(10).keys()]);
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
});
