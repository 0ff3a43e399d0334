import { describe, expect, it } from "vitest";
import { assertKept, changesBetween, describeChanges } from "../../release/changes.ts";
import type { Template } from "../../release/template.ts";

const none = new Set<string>();
const table = (name: string) => ({ Type: "AWS::DynamoDB::Table", Properties: { TableName: name } });
const lambda = (name: string, key: string, timeout = 3) => ({
  Type: "AWS::Lambda::Function",
  Properties: { FunctionName: name, Timeout: timeout, Code: { S3Key: key } },
});
const template = (Resources: Template["Resources"]): Template => ({ Resources });

describe("changes", () => {
  it("are what is added, changed, replaced and removed", () => {
    const before = template({
      Kept: table("kept"),
      Named: table("old"),
      Gone: table("gone"),
      Slow: lambda("slow", "1/slow.zip"),
    });
    const after = template({
      Kept: table("kept"),
      Named: table("new"),
      New: table("more"),
      Slow: lambda("slow", "2/slow.zip", 6),
    });
    expect(changesBetween(before, after, none)).toEqual([
      { what: "replace", type: "AWS::DynamoDB::Table", id: "Named" },
      { what: "remove", type: "AWS::DynamoDB::Table", id: "Gone" },
      { what: "change", type: "AWS::Lambda::Function", id: "Slow" },
      { what: "add", type: "AWS::DynamoDB::Table", id: "New" },
    ]);
  });

  it("are none where only the place of the same code is another", () => {
    const before = template({ Health: lambda("health", "1/health.zip") });
    const after = template({ Health: lambda("health", "2/health.zip") });
    expect(changesBetween(before, after, none)).toEqual([]);
    expect(changesBetween(before, after, new Set(["health"]))).toEqual([
      { what: "change", type: "AWS::Lambda::Function", id: "Health" },
    ]);
  });

  it("are said a line a kind", () => {
    const more = ["One", "Two", "Three", "Four"].map((id) => ({
      what: "add" as const,
      type: "AWS::IAM::Role",
      id,
    }));
    expect(describeChanges("stack", more)).toBe(
      "stack: + is added, ~ changed, ! replaced, - removed\n  + AWS::IAM::Role: One, Two, Three and 1 more",
    );
    expect(describeChanges("stack", [])).toBe("stack: nothing changes");
  });

  it.each(["AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Cognito::UserPool", "AWS::ApiGatewayV2::Api"])(
    "never take away a %s",
    (type) => {
      for (const what of ["remove", "replace"] as const)
        expect(() => assertKept("stack", [{ what, type, id: "Precious" }])).toThrow(
          `This would ${what} Precious (${type}) of stack`,
        );
      for (const what of ["add", "change"] as const)
        expect(() => assertKept("stack", [{ what, type, id: "Precious" }])).not.toThrow();
    },
  );
});
