import { randomBytes } from "node:crypto";
import { EncryptJWT } from "jose";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clearCookie, readCookie, setCookie } from "../../../lib/session/cookies.ts";
import { sentBack } from "../../support/people.ts";
import { aRequest } from "../../support/requests.ts";

const cookie = { name: "basket", schema: v.object({ bread: v.string() }), maxAge_s: 90 };
const content = { bread: "rye" };
const aKey = (): string => randomBytes(32).toString("base64url");

let key: string;
beforeEach(() => {
  key = aKey();
  vi.stubEnv("SESSION_KEYS", key);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const read = (...cookies: string[]) => readCookie({ ...aRequest({}), cookies }, cookie);
const made = async (): Promise<string> => sentBack(await setCookie(cookie, content));

describe("a sealed cookie", () => {
  it("brings back what was put in, and shows nothing of it", async () => {
    const sent = await made();
    expect(await read("other=1", `x${sent}x`, sent)).toEqual(content);
    expect(sent).not.toContain("rye");
    expect(Buffer.from(sent, "base64").toString("latin1")).not.toContain("rye");
  });

  it("differs each time, so that two of the same content do not look alike", async () => {
    expect(await made()).not.toBe(await made());
  });

  it("is for http without Secure and __Host-, which browsers would drop there", async () => {
    const attributes = /^basket=[\w.-]+; Max-Age=90; Path=\/; HttpOnly; SameSite=Lax$/;
    expect(await setCookie(cookie, content)).toMatch(attributes);
    expect(clearCookie(cookie)).toBe("basket=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
  });

  it("is Secure and __Host- on https, and without that prefix it is none", async () => {
    vi.stubEnv("BASE_URL", "https://convene.example");
    const attributes = /^__Host-basket=[\w.-]+; Max-Age=90; Path=\/; HttpOnly; SameSite=Lax; Secure$/;
    expect(await setCookie(cookie, content)).toMatch(attributes);
    expect(clearCookie(cookie)).toBe("__Host-basket=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure");
    const sent = await made();
    expect(await read(sent)).toEqual(content);
    expect(await read(sent.replace("__Host-", ""))).toBeUndefined();
  });

  it("is good until its last second, and not after", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
    const sent = await made();
    vi.setSystemTime(new Date("2026-11-23T12:01:29Z"));
    expect(await read(sent)).toEqual(content);
    vi.setSystemTime(new Date("2026-11-23T12:01:30Z"));
    expect(await read(sent)).toBeUndefined();
  });

  it.each([0, 2, 3, 4])("is none once its part %i was tampered with", async (index) => {
    const [name = "", value = ""] = (await made()).split("=");
    const parts = value.split(".");
    const part = parts[index] ?? "";
    parts[index] = `${part.startsWith("A") ? "B" : "A"}${part.slice(1)}`;
    expect(await read(`${name}=${parts.join(".")}`)).toBeUndefined();
  });

  it.each(["", "=", "=x", "=a.b.c.d.e", "=....", `=${"A".repeat(5_000)}`])(
    "is none where it is `basket%s`",
    async (value) => {
      expect(await read(`basket${value}`)).toBeUndefined();
    },
  );

  it("is none where there are no cookies", async () => {
    expect(await readCookie(aRequest({}), cookie)).toBeUndefined();
  });

  it("is none under another cookie's name", async () => {
    const other = { ...cookie, name: "notice" };
    const sent = sentBack(await setCookie(other, content));
    expect(await read(sent.replace("notice", "basket"))).toBeUndefined();
  });

  it("is none where its content is not what it was made for", async () => {
    const older = { ...cookie, schema: v.object({ bread: v.number() }) };
    expect(await read(sentBack(await setCookie(older, { bread: 1 })))).toBeUndefined();
  });

  it("is none where it was sealed with another key", async () => {
    const forged = await new EncryptJWT(content)
      .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
      .setAudience("basket")
      .encrypt(randomBytes(32));
    expect(await read(`basket=${forged}`)).toBeUndefined();
  });
});

describe("the rotation of the key", () => {
  it("opens what the old key sealed as long as it is named, and seals with the new one", async () => {
    const [newKey, old] = [aKey(), await made()];
    vi.stubEnv("SESSION_KEYS", `${newKey},${key}`);
    expect(await read(old)).toEqual(content);
    const fresh = await made();
    vi.stubEnv("SESSION_KEYS", newKey);
    expect(await read(fresh)).toEqual(content);
    expect(await read(old)).toBeUndefined();
  });
});
