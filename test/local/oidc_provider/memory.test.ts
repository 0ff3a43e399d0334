import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { memory } from "../../../local/oidc_provider/memory.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

it("forgets what it was given when its seconds are over", async () => {
  const sessions = memory()("Session");
  await sessions.upsert("a", { uid: "u" }, 60);
  vi.advanceTimersByTime(59_999);
  expect(await sessions.find("a")).toEqual({ uid: "u" });
  expect(await sessions.findByUid("u")).toEqual({ uid: "u" });
  vi.advanceTimersByTime(1);
  expect(await sessions.find("a")).toBeUndefined();
  expect(await sessions.findByUid("u")).toBeUndefined();
});

it("forgets all of a grant, and nothing of another", async () => {
  const codes = memory()("AuthorizationCode");
  await codes.upsert("a", { grantId: "mine" }, 60);
  await codes.upsert("b", { grantId: "yours" }, 60);
  await codes.revokeByGrantId("mine");
  expect(await codes.find("a")).toBeUndefined();
  expect(await codes.find("b")).toEqual({ grantId: "yours" });
});
