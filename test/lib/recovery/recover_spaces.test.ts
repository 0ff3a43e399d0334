import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { after, now } from "../../../lib/clock.ts";
import { spaceKey } from "../../../lib/dynamodb/keys.ts";
import { recoverSpaces } from "../../../lib/recovery/recover_spaces.ts";
import { completeUntil, findRecovery } from "../../../lib/spaces/recovery.ts";
import { saveApiToken } from "../../support/api_tokens.ts";
import { weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { anUnheardPayment, DAY_MS, HOUR_MS } from "../../support/recovery.ts";
import { aNewSpace, aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";
import { emptySettings } from "../../support/table_rows.ts";
import { throttle } from "../../support/throttling.ts";
import { keySavedBefore } from "../../support/utilities.ts";

await ownTables();

beforeEach(() => {
  for (const level of ["info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await emptySettings();
});

async function aSpaceWithAPayment() {
  const space = await aSpace();
  await keySavedBefore(space, DAY_MS);
  return { space, ...(await anUnheardPayment(space, HOUR_MS)) };
}

const run = () => recoverSpaces(after(now(), 60_000));
const markOf = async ({ space }: TestSpace) => {
  const recovery = await findRecovery(space);
  return recovery && completeUntil(recovery);
};

/** What the alarm goes by, as the last run logged it. */
const lag = (): unknown =>
  vi
    .mocked(console.info)
    .mock.calls.map(([line]) => JSON.parse(String(line)))
    .findLast(({ message }) => message === "Spaces were recovered")?.RecoveryLagSeconds;

it("recovers every Space, whatever becomes of another's", async () => {
  const [refused, unreadable, slow, well] = await Promise.all(Array.from({ length: 4 }, aSpaceWithAPayment));
  if (!refused || !unreadable || !slow || !well) throw new Error("four Spaces");
  const { space: keyless } = await aNewSpace();
  await saveApiToken(refused.space.space, "sk_test_revoked0000000000", refused.space.utility);
  await saveApiToken(unreadable.space.space, undefined, unreadable.space.utility);
  await weather(slow.space, { unavailable: 50 });
  expect(await run()).toBe(5);
  expect(await storedEvent(well.space, well.event)).toMatchObject({ recovered: true });
  expect(await findRecovery(keyless)).toBeUndefined();
  expect((await findRecovery(refused.space.space))?.found?.events?.trouble?.code).toBe("stripe_key_refused");
  expect((await findRecovery(slow.space.space))?.found?.events?.trouble?.code).toBe("stripe_unavailable");

  await weather(slow.space, { unavailable: 0 });
  await run();
  expect(await storedEvent(slow.space, slow.event)).toMatchObject({ recovered: true });
});

it("recovers the others where one Space's partition does not answer", async () => {
  const [broken, well] = [await aSpaceWithAPayment(), await aSpaceWithAPayment()];
  using _throttled = throttle(spaceKey(broken.space.space));
  expect(await run()).toBe(2);
  expect(await storedEvent(well.space, well.event)).toMatchObject({ recovered: true });
  expect(console.error).toHaveBeenCalledWith(expect.stringContaining("a Space could not be recovered"));
});

it("tells the alarm how far the Space is behind that is the furthest", async () => {
  const { space } = await aSpaceWithAPayment();
  await run();
  expect(lag()).toBeGreaterThanOrEqual(60);
  expect(lag()).toBeLessThan(10 * 60);
  const mark = await markOf(space);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 4 * HOUR_MS });
  try {
    await weather(space, { unavailable: 50 });
    await run();
    expect(await markOf(space)).toBe(mark);
    expect(lag()).toBeGreaterThan(4 * 60 * 60);
    // What only a member can mend rings nobody.
    await saveApiToken(space.space, "sk_test_revoked0000000000", space.utility);
    await run();
    expect(lag()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
