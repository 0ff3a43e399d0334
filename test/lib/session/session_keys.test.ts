import { randomBytes } from "node:crypto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { rotateSessionKeys } from "../../../lib/session/rotate_session_keys.ts";
import { type Kms, startKms } from "../../support/kms.ts";
import { ownTables } from "../../support/own_tables.ts";
import {
  aLambda,
  removeSessionKeys,
  sessionKeysItem,
  storedSessionKeys,
} from "../../support/session_keys.ts";

await ownTables();

let kms: Kms;
beforeAll(async () => {
  kms = await startKms();
});
beforeEach(async () => {
  vi.stubEnv("SESSION_KEYS", "");
  vi.stubEnv("SEALING_KMS_KEY", kms.makeKey().arn);
  await removeSessionKeys();
  await rotateSessionKeys({ now: false, forget: false });
  kms.calls.length = 0;
});
afterEach(() => {
  kms.weather = "well";
  vi.unstubAllEnvs();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const rotate = () => rotateSessionKeys({ now: true, forget: false });
const forget = () => rotateSessionKeys({ now: true, forget: true });
const keysNow = async () => (await storedSessionKeys()).map(({ key }) => key);
const later = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
/** How often `work` has KMS open something. */
async function decrypts(work: () => Promise<unknown>): Promise<number> {
  const before = kms.calls.length;
  await work();
  return kms.calls.length - before;
}

describe("the keys of the session cookie", () => {
  it("are those of the environment where it has any, and then no table is asked", async () => {
    vi.stubEnv("SESSION_KEYS", "new,old");
    vi.stubEnv("SETTINGS_TABLE", "no-such-table");
    const { sessionKeys, newerSessionKeys } = await aLambda();
    expect(await sessionKeys()).toEqual(["new", "old"]);
    expect(await newerSessionKeys(["another"])).toEqual([]);
  });

  it("are else in the settings, sealed for their own place", async () => {
    const { sessionKeys } = await aLambda();
    const keys = await sessionKeys();
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    expect(JSON.stringify(await sessionKeysItem())).not.toContain(keys[0]);
    const context = { space: "SESSION_KEYS", row: "SESSION_KEYS", field: "session_keys" };
    expect(kms.calls).toMatchObject([{ action: "Decrypt", context }]);
  });

  it("are opened once in 5 minutes, whoever asks at the same time", async () => {
    const { sessionKeys } = await aLambda();
    const ask = () => Promise.all([sessionKeys(), sessionKeys(), sessionKeys()]);
    expect(await decrypts(ask)).toBe(1);
    later(4 * 60_000);
    expect(await decrypts(ask)).toBe(0);
    later(61_000);
    expect(await decrypts(ask)).toBe(1);
  });

  it("stay what they were while they cannot be read again, which is tried once in 10 s", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { sessionKeys } = await aLambda();
    const old = await sessionKeys();
    await rotate();
    kms.weather = "denied";
    later(5 * 60_000);
    for (const _request of ["one", "another"]) expect(await sessionKeys()).toEqual(old);
    expect(warned).toHaveBeenCalledTimes(1);
    kms.weather = "well";
    expect(await sessionKeys()).toEqual(old);
    later(10_000);
    expect(await sessionKeys()).toEqual(await keysNow());
  });

  it("are not to be had, for now, by a Lambda that could not read them yet", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { sessionKeys, make } = await aLambda();
    kms.weather = "denied";
    await expect(make()).rejects.toMatchObject({ status: 503 });
    kms.weather = "well";
    expect(await sessionKeys()).toEqual(await keysNow());
  });

  it("are missed in a sentence where nobody has made any", async () => {
    await removeSessionKeys();
    const { make, opens } = await aLambda();
    await expect(make()).rejects.toMatchObject({ status: 503, message: /has no session keys/ });
    await expect(opens("basket=a.b.c.d.e")).rejects.toMatchObject({ status: 503 });
    await rotate();
    expect(await opens(await make())).toBe(true);
  });
});

describe("a rotation", () => {
  it("ends no session: neither those before it, nor those that a warm Lambda makes after it", async () => {
    const warm = await aLambda();
    const before = await warm.make();
    await rotate();
    const fresh = await aLambda();
    const after = await warm.make(); // it has not heard of the new key
    for (const sent of [before, after]) {
      expect(await fresh.opens(sent)).toBe(true);
      expect(await warm.opens(sent)).toBe(true);
    }
  });

  it("is heard of by a warm Lambda with the first cookie of the new key", async () => {
    const warm = await aLambda();
    await warm.make();
    await rotate();
    const sent = await (await aLambda()).make();
    expect(await decrypts(() => warm.opens(sent))).toBe(1);
    expect(await warm.opens(sent)).toBe(true);
    expect(await decrypts(() => warm.make())).toBe(0);
    expect(await warm.sessionKeys()).toEqual(await keysNow());
  });

  it("is heard of once by many who come at the same moment", async () => {
    const warm = await aLambda();
    await warm.make();
    await rotate();
    const sent = await (await aLambda()).make();
    let opened: boolean[] = [];
    const all = async () => {
      opened = await Promise.all(Array.from({ length: 10 }, () => warm.opens(sent)));
    };
    expect(await decrypts(all)).toBe(1);
    expect(opened).toEqual(Array(10).fill(true));
  });

  it("that forgets the old keys signs everybody out", async () => {
    const warm = await aLambda();
    const before = await warm.make();
    await forget();
    expect(await (await aLambda()).opens(before)).toBe(false);
    later(5 * 60_000);
    expect(await warm.opens(before)).toBe(false);
  });
});

it("are read again for forged cookies three times, and then once in 5 s", async () => {
  vi.stubEnv("SESSION_KEYS", randomBytes(32).toString("base64url"));
  const forged = await (await aLambda()).make();
  vi.stubEnv("SESSION_KEYS", "");
  vi.useFakeTimers({ toFake: ["Date"] });
  const warm = await aLambda();
  await warm.make();
  const forge = async () => {
    for (let times = 0; times < 10; times++) expect(await warm.opens(forged)).toBe(false);
  };
  expect(await decrypts(forge)).toBe(3);
  vi.setSystemTime(Date.now() + 5_000);
  expect(await decrypts(forge)).toBe(1);
});

it.each(["basket=x", "basket=a.b.c.d.e", `basket=${"A".repeat(5_000)}`])(
  "are not read again for what is no cookie at all: %s",
  async (sent) => {
    const warm = await aLambda();
    await warm.make();
    expect(await decrypts(() => warm.opens(sent))).toBe(0);
  },
);

it("are not read again for a cookie that is over", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const warm = await aLambda();
  const sent = await warm.make();
  vi.setSystemTime(Date.now() + 12 * 60 * 60_000);
  await warm.sessionKeys();
  expect(await decrypts(async () => expect(await warm.opens(sent)).toBe(false))).toBe(0);
});
