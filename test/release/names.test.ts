import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { assertStageName, functionName } from "../../release/names.ts";

const functions = Object.keys(
  parse(readFileSync("serverless.yml", "utf8"), { logLevel: "silent" }).functions,
);
const longest = Math.max(...functions.map((name) => name.length));

describe("a stage's name", () => {
  it.each(["prod", "test", "try2", "a"])("may be %s", (stage) => {
    expect(() => assertStageName(stage)).not.toThrow();
  });

  it.each([
    ["Prod", "lower-case letters"],
    ["2try", "starts with a letter"],
    ["try_2", "lower-case letters"],
    ["prod-2", "lower-case letters"],
    ["local", "is the laptop's"],
    ["myaws", 'AWS lets no sign-in domain have "aws"'],
  ])("may not be %s", (stage, sentence) => {
    expect(() => assertStageName(stage)).toThrow(sentence);
  });

  it("may be just so long that the longest function's name is what Lambda takes", () => {
    const room = 64 - functionName("", "").length - longest;
    expect(() => assertStageName("s".repeat(room))).not.toThrow();
    expect(() => assertStageName("s".repeat(room + 1))).toThrow(
      "is too long for a stage by 1: a function's name",
    );
  });
});
