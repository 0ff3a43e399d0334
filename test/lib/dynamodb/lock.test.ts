import { afterEach, expect, it, vi } from "vitest";
import { withLock } from "../../../lib/dynamodb/lock.ts";

afterEach(() => vi.useRealTimers());

/** Somebody who is inside until they are told to leave. */
async function somebodyInside(name: string) {
  const entered = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const gone = withLock("demo", name, async () => {
    entered.resolve();
    await left.promise;
  });
  await entered.promise;
  return { leave: left.resolve, gone };
}

it("lets one in at a time, by name and Space, and the next when that is done", async () => {
  const { leave, gone } = await somebodyInside("one");
  expect(await withLock("demo", "one", async () => "in")).toBeUndefined();
  expect(await withLock("demo", "other", async () => "in")).toBe("in");
  expect(await withLock("other", "one", async () => "in")).toBe("in");
  leave();
  await gone;
  expect(await withLock("demo", "one", async () => "in")).toBe("in");
});

it("is open again after what failed", async () => {
  await expect(withLock("demo", "failing", () => Promise.reject(new Error("broken")))).rejects.toThrow(
    "broken",
  );
  expect(await withLock("demo", "failing", async () => "in")).toBe("in");
});

it("does not wait for ever for a holder that is gone, nor is a late one's end the next one's", async () => {
  const { leave, gone } = await somebodyInside("gone");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
  const inside = await withLock("demo", "gone", async () => {
    leave();
    await gone;
    return await withLock("demo", "gone", async () => "both");
  });
  expect(inside).toBeUndefined();
});
