import { afterEach, expect, it, vi } from "vitest";
import { auditPut, recordAudit } from "../../../lib/audit/audit.ts";
import { transact } from "../../../lib/dynamodb/transact.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { aSpace } from "../../support/spaces.ts";

afterEach(() => vi.useRealTimers());

it("says who did what, and when, newest first", async () => {
  const { space } = await aSpace();
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  await recordAudit(space, "dana@convene.example", "replayed evt_1");
  vi.setSystemTime(new Date("2026-11-23T12:00:01Z"));
  await transact([auditPut(space, "API key Till", "changed the Utility")]);
  expect((await readSpace(space)).audit).toEqual([
    { at: "2026-11-23T12:00:01.000Z", actor: "API key Till", what: "changed the Utility" },
    { at: "2026-11-23T12:00:00.000Z", actor: "dana@convene.example", what: "replayed evt_1" },
  ]);
});

it("keeps each of several entries of the same millisecond", async () => {
  const { space } = await aSpace();
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  await Promise.all(["one", "two", "three"].map((what) => recordAudit(space, "a test", what)));
  expect((await readSpace(space)).audit).toHaveLength(3);
});
