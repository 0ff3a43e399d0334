import { expect, it } from "vitest";
import { readArguments } from "../../release/arguments.ts";

it("reads a stage, and what goes with it", () => {
  expect(readArguments("deploy", ["--stage", "prod", "--region", "eu-west-1", "--yes"])).toEqual({
    stage: "prod",
    region: "eu-west-1",
    yes: true,
  });
  expect(readArguments("package", ["--stage=prod", "--package", "out"])).toEqual({
    stage: "prod",
    package: "out",
    yes: false,
  });
});

it("says what a command takes, and that it wants a stage", () => {
  expect(() => readArguments("deploy", [])).toThrow("Which stage? npm run deploy takes -- --stage <stage>");
  expect(() => readArguments("rollback", ["--stage", "prod", "--package", "out"])).toThrow(
    "npm run rollback takes",
  );
  expect(() => readArguments("remove", ["prod"])).toThrow("npm run remove takes");
});
