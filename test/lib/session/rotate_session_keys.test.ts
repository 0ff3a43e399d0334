import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { rotateSessionKeys } from "../../../lib/session/rotate_session_keys.ts";
import { type Kms, startKms } from "../../support/kms.ts";
import { ownTables } from "../../support/own_tables.ts";
import {
  putSessionKeys,
  removeSessionKeys,
  sessionKeysItem,
  storedSessionKeys,
} from "../../support/session_keys.ts";

await ownTables();

let kms: Kms;
let arn: string;
beforeAll(async () => {
  kms = await startKms();
  ({ arn } = kms.makeKey());
});
beforeEach(async () => {
  vi.stubEnv("SESSION_KEYS", "");
  vi.stubEnv("SEALING_KMS_KEY", arn);
  await removeSessionKeys();
});
afterEach(() => {
  kms.weather = "well";
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const daily = () => rotateSessionKeys({ now: false, forget: false });
const rotate = () => rotateSessionKeys({ now: true, forget: false });
const forget = () => rotateSessionKeys({ now: true, forget: true });
const names = async () => (await storedSessionKeys()).map(({ key }) => key);

const HOUR_MS = 60 * 60_000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();
const DAYS = 24;

describe("every day", () => {
  it("makes the first key where there is none, of 32 bytes", async () => {
    expect(await daily()).toEqual({ did: "made", keys: 1 });
    const [{ key = "", ...times } = {}] = await storedSessionKeys();
    expect(Buffer.from(key, "base64url")).toHaveLength(32);
    expect(times).toEqual({ made_at: expect.any(String) });
  });

  it("leaves a key of less than 30 days alone, and writes nothing", async () => {
    await putSessionKeys([{ key: "young", made_at: ago(30 * DAYS - 1) }]);
    const before = await sessionKeysItem();
    expect(await daily()).toEqual({ did: "nothing", keys: 1 });
    expect(await sessionKeysItem()).toEqual(before);
  });

  it("puts a new key in front of one of 30 days, which opens for another day", async () => {
    await putSessionKeys([{ key: "old", made_at: ago(30 * DAYS) }]);
    expect(await daily()).toEqual({ did: "rotated", keys: 2 });
    expect(await names()).toEqual([expect.stringMatching(/^[\w-]{43}$/), "old"]);
    expect(await daily()).toEqual({ did: "nothing", keys: 2 });
  });

  it("drops what was replaced more than a day ago, and nothing else", async () => {
    await putSessionKeys([
      { key: "new", made_at: ago(25) },
      { key: "hours", made_at: ago(40 * DAYS), replaced_at: ago(23) },
      { key: "days", made_at: ago(60 * DAYS), replaced_at: ago(25) },
    ]);
    expect(await daily()).toEqual({ did: "dropped", keys: 2 });
    expect(await names()).toEqual(["new", "hours"]);
  });
});

describe("at once", () => {
  it("puts a new key in front, and keeps what may still open", async () => {
    const hours = { key: "hours", made_at: ago(2), replaced_at: ago(1) };
    await putSessionKeys([{ key: "new", made_at: ago(1) }, hours]);
    expect(await rotate()).toEqual({ did: "rotated", keys: 3 });
    const [, replaced, before] = await storedSessionKeys();
    expect(replaced).toMatchObject({ key: "new", replaced_at: expect.any(String) });
    expect(before).toEqual(hours);
  });

  it("forgets all others when told", async () => {
    await putSessionKeys([
      { key: "new", made_at: ago(1) },
      { key: "hours", made_at: ago(2), replaced_at: ago(1) },
    ]);
    expect(await forget()).toEqual({ did: "forgot", keys: 1 });
    expect(await names()).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  });

  it("forgets even what does not open any more, and otherwise says that it does not", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const lost = kms.makeKey();
    vi.stubEnv("SEALING_KMS_KEY", lost.arn);
    await daily();
    lost.state = "PendingDeletion";
    vi.stubEnv("SEALING_KMS_KEY", arn);
    await expect(rotate()).rejects.toMatchObject({ reason: "KMSInvalidStateException" });
    expect(await forget()).toEqual({ did: "forgot", keys: 1 });
    expect(await names()).toHaveLength(1);
  });
});

describe("several at the same moment", () => {
  it.each([
    ["make one first key", daily, 1],
    ["make one new key", rotate, 2],
    ["leave one key where all forget", forget, 1],
  ])("%s", async (what, each, left) => {
    if (!what.includes("first")) await putSessionKeys([{ key: "new", made_at: ago(1) }]);
    const done = await Promise.all([each(), each(), each(), each()]);
    expect(done.filter(({ did }) => did !== "nothing")).toHaveLength(1);
    expect(await names()).toHaveLength(left);
  });

  it("forget, though another rotates meanwhile", async () => {
    await putSessionKeys([{ key: "new", made_at: ago(1) }]);
    await Promise.all([rotate(), forget()]);
    expect(await names()).not.toContain("new");
  });
});

it("leaves everything as it was where KMS does not seal the new list", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  await putSessionKeys([{ key: "new", made_at: ago(1) }]);
  const before = await sessionKeysItem();
  kms.weather = "denied";
  await expect(rotate()).rejects.toMatchObject({ reason: "AccessDeniedException" });
  expect(await sessionKeysItem()).toEqual(before);
});

it("has nothing to do where the environment names the keys", async () => {
  vi.stubEnv("SESSION_KEYS", "one,another");
  expect(await forget()).toEqual({ did: "nothing", keys: 2 });
  expect(await sessionKeysItem()).toBeUndefined();
});
