import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readDemo, removeDemo, writeDemo } from "../../local/demo.ts";

it("tells what is running, to nobody else on the machine, and only while it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  const demo = {
    baseUrl: "http://convene.local:3000",
    simulatorUrl: null,
    mailboxUrl: "http://127.0.0.1:3003",
    dynamodbEndpoint: "http://127.0.0.1:8000",
    people: [{ email: "dana@convene.example", password: "tea", role: "member", space: "demo" }],
    spaces: [],
  };
  expect(() => readDemo(folder)).toThrow("npm start");
  writeDemo(folder, demo);
  expect(readDemo(folder)).toEqual(demo);
  expect(statSync(join(folder, "demo.json")).mode & 0o077).toBe(0);
  removeDemo(folder);
  expect(() => readDemo(folder)).toThrow("npm start");
  rmSync(folder, { recursive: true });
});
