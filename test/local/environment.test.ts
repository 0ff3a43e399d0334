import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { localEnvironment } from "../../local/environment.ts";

const project = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  process.chdir(folder);
  for (const name of [
    "PORT",
    "DYNAMODB_PORT",
    "STRIPE_SIMULATOR_PORT",
    "LOCAL_DIR",
    "OIDC_PORT",
    "SEALING_KEY",
    "SESSION_KEYS",
    "STRIPE_API_KEY",
    "BRANDED_DOMAINS",
  ])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.chdir(project);
  rmSync(folder, { recursive: true });
});

const key = "A".repeat(43);
const keys = `SEALING_KEY=${key}\nSESSION_KEYS=${key}\n`;

describe("localEnvironment", () => {
  it("has a preset for everything but the keys, which it makes into .env once", () => {
    const first = localEnvironment();
    expect(first).toMatchObject({
      PORT: 3000,
      lambdaPort: 3002,
      DYNAMODB_PORT: 8000,
      STRIPE_SIMULATOR_PORT: 12111,
      OIDC_PORT: 3001,
    });
    for (const name of ["SEALING_KEY", "SESSION_KEYS"] as const) {
      expect(first[name]).toMatch(/^[\w-]{43}$/);
      expect(readFileSync(".env", "utf8")).toContain(`\n${name}=${first[name]}\n`);
    }
    expect(first.SESSION_KEYS).not.toBe(first.SEALING_KEY);
    expect(statSync(".env").mode & 0o077).toBe(0);
    expect(localEnvironment()).toEqual(first);
  });

  it("takes several session keys, so that one can go while the cookies of another live on", () => {
    writeFileSync(".env", `SEALING_KEY=${key}\nSESSION_KEYS=${"B".repeat(43)},${key}\n`);
    expect(localEnvironment().SESSION_KEYS).toBe(`${"B".repeat(43)},${key}`);
  });

  it("puts the issuer beside PORT, or where it is told", () => {
    writeFileSync(".env", `${keys}PORT=4000\n`);
    expect(localEnvironment().OIDC_PORT).toBe(4001);
    vi.stubEnv("OIDC_PORT", "4500");
    expect(localEnvironment().OIDC_PORT).toBe(4500);
  });

  it("adds the keys to a .env that is there, and keeps the rest", () => {
    writeFileSync(".env", "# mine\nPORT=4000");
    expect(localEnvironment().PORT).toBe(4000);
    expect(localEnvironment().PORT).toBe(4000);
    expect(readFileSync(".env", "utf8").startsWith("# mine\nPORT=4000\n")).toBe(true);
  });

  it("lets the environment go before .env", () => {
    writeFileSync(".env", `SEALING_KEY=${key}\nPORT=4000\n`);
    vi.stubEnv("PORT", "5000");
    expect(localEnvironment()).toMatchObject({ PORT: 5000, lambdaPort: 5002, SEALING_KEY: key });
  });

  it("takes an empty variable for one that is not set", () => {
    writeFileSync(".env", `SEALING_KEY=${key}\nPORT=\nLOCAL_DIR=\n`);
    vi.stubEnv("DYNAMODB_PORT", "");
    expect(localEnvironment()).toMatchObject({ PORT: 3000, DYNAMODB_PORT: 8000 });
  });

  it.each([
    [`SEALING_KEY=${key}\nhello\n`, ".env is broken: line 2 is not NAME=value."],
    [
      `SEALING_KEY=short\nSESSION_KEYS=${key}\n`,
      "SEALING_KEY in .env is broken: it must be 32 bytes in base64url, 43 characters.",
    ],
    [
      `SEALING_KEY=${key}\nSESSION_KEYS=${key},short\n`,
      "SESSION_KEYS in .env is broken: it must be keys of 43 characters, with commas between.",
    ],
    [`${keys}PORT=99999\n`, "PORT in .env is broken: it must be at most 65000."],
    [`${keys}PORT=80a\n`, "PORT in .env is broken: it must be a port number."],
    [
      `${keys}PORT=5000\nDYNAMODB_PORT=5000\n`,
      "PORT and DYNAMODB_PORT are both 5000. Give each a port of its own.",
    ],
    [
      `${keys}PORT=5000\nDYNAMODB_PORT=5002\n`,
      "PORT + 2 and DYNAMODB_PORT are both 5002. Give each a port of its own.",
    ],
    [`${keys}OIDC_PORT=80a\n`, "OIDC_PORT in .env is broken: it must be a port number."],
    [`${keys}PORT=5000\nOIDC_PORT=5000\n`, "PORT and OIDC_PORT are both 5000. Give each a port of its own."],
  ])("says what is broken in %j, and changes nothing", (text, sentence) => {
    writeFileSync(".env", text);
    expect(localEnvironment).toThrow(sentence);
    expect(readFileSync(".env", "utf8")).toBe(text);
  });
});
