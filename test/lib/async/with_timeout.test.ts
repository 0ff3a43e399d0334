import { expect, it } from "vitest";
import { withTimeout } from "../../../lib/async/with_timeout.ts";

it("is what the work comes to, be it an error", async () => {
  expect(await withTimeout(Promise.resolve("done"), 60_000)).toBe("done");
  await expect(withTimeout(Promise.reject(new Error("broken")), 60_000)).rejects.toThrow("broken");
});

it("is nothing where the work takes longer, and the work goes on", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  expect(await withTimeout(promise, 1)).toBeUndefined();
  resolve("done");
  expect(await promise).toBe("done");
});
