import { expect, it } from "vitest";
import { assertFits } from "../../release/template.ts";

const templateOf = (count: number) => ({
  Resources: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`Domain${index}`, { Type: "AWS::X::Y", Properties: {} }]),
  ),
});

it("stops before a stack that CloudFormation would refuse as too large", () => {
  expect(() => assertFits(templateOf(500))).not.toThrow();
  expect(() => assertFits(templateOf(501))).toThrow(
    "The service would have 501 resources, and a stack may have 500",
  );
});
