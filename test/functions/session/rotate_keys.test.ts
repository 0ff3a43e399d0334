import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { handler } from "../../../functions/session/rotate_keys.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aContext } from "../../support/requests.ts";
import { removeSessionKeys, storedSessionKeys } from "../../support/session_keys.ts";

await ownTables();

beforeEach(async () => {
  vi.stubEnv("SESSION_KEYS", "");
  await removeSessionKeys();
});
afterEach(() => vi.unstubAllEnvs());

/** What Amazon EventBridge sends on schedule. */
const scheduled = { version: "0", "detail-type": "Scheduled Event", source: "aws.events", detail: {} };

it.each([
  ["a schedule", scheduled],
  ["a deploy", {}],
])("makes the first key for %s, and then has nothing to do", async (_who, event) => {
  expect(await handler(event, aContext())).toEqual({ did: "made", keys: 1 });
  expect(await handler(event, aContext())).toEqual({ did: "nothing", keys: 1 });
});

it("rotates, and forgets, when told, and never answers a key", async () => {
  await handler({}, aContext());
  // A key of the same millisecond would be another's of the same moment, which is enough.
  const [made] = await storedSessionKeys();
  await expect.poll(() => new Date().toISOString()).not.toBe(made?.made_at);
  const answers = [
    await handler({ now: true }, aContext()),
    await handler({ now: true, forget: true }, aContext()),
  ];
  expect(answers).toEqual([
    { did: "rotated", keys: 2 },
    { did: "forgot", keys: 1 },
  ]);
  const [newest] = await storedSessionKeys();
  expect(JSON.stringify(answers)).not.toContain(newest?.key);
});

it.each([{ forget: true }, { now: "yes" }, "now", null])("does nothing for %j", async (event) => {
  await expect(handler(event, aContext())).rejects.toThrow();
  expect(await storedSessionKeys()).toEqual([]);
});
