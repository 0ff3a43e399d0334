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
    "SEALING_KEY",
    "STRIPE_API_KEY",
  ])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.chdir(project);
  rmSync(folder, { recursive: true });
});

const key = "A".repeat(43);

describe("localEnvironment", () => {
  it("has a preset for everything but the sealing key, which it makes into .env once", () => {
    const first = localEnvironment();
    expect(first).toMatchObject({
      PORT: 3000,
      lambdaPort: 3002,
      DYNAMODB_PORT: 8000,
      STRIPE_SIMULATOR_PORT: 12111,
    });
    expect(first.SEALING_KEY).toMatch(/^[\w-]{43}$/);
    expect(readFileSync(".env", "utf8")).toContain(`SEALING_KEY=${first.SEALING_KEY}`);
    expect(statSync(".env").mode & 0o077).toBe(0);
    expect(localEnvironment()).toEqual(first);
  });

  it("adds the key to a .env that is there, and keeps the rest", () => {
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
      "SEALING_KEY=short\n",
      "SEALING_KEY in .env is broken: it must be 32 bytes in base64url, 43 characters.",
    ],
    [`SEALING_KEY=${key}\nPORT=99999\n`, "PORT in .env is broken: it must be at most 65000."],
    [`SEALING_KEY=${key}\nPORT=80a\n`, "PORT in .env is broken: it must be a port number."],
    [
      `SEALING_KEY=${key}\nPORT=5000\nDYNAMODB_PORT=5000\n`,
      "PORT and DYNAMODB_PORT are both 5000. Give each a port of its own.",
    ],
    [
      `SEALING_KEY=${key}\nPORT=5000\nDYNAMODB_PORT=5002\n`,
      "PORT + 2 and DYNAMODB_PORT are both 5002. Give each a port of its own.",
    ],
  ])("says what is broken in %j, and changes nothing", (text, sentence) => {
    writeFileSync(".env", text);
    expect(localEnvironment).toThrow(sentence);
    expect(readFileSync(".env", "utf8")).toBe(text);
  });
});
