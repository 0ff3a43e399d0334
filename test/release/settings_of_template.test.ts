import { describe, expect, it } from "vitest";
import { assertNothingLost, describeSettings } from "../../release/settings_of_template.ts";

const IMPORTED = { "Fn::ImportValue": "convene-stripe-prod-events-stream" };
const template = ({
  operators = "olivia@convene.example,omar@convene.example",
  host = "stripe.convene.example",
  branded = "shop.convene.example",
  budget = "50",
  streams = { dispatch: IMPORTED } as Record<string, unknown>,
} = {}) => ({
  Parameters: { MonthlyBudgetUsd: { Type: "Number", Default: budget } },
  Resources: {
    Bare: { Type: "AWS::Lambda::Function", Properties: {} },
    Show: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Environment: { Variables: { OPERATOR_EMAILS: operators, BRANDED_DOMAINS: branded } },
      },
    },
    Domain: { Type: "AWS::ApiGatewayV2::DomainName", Properties: { DomainName: host } },
    ...Object.fromEntries(
      Object.entries(streams).map(([name, EventSourceArn]) => [
        `${name}Mapping`,
        {
          Type: "AWS::Lambda::EventSourceMapping",
          Properties: { FunctionName: { "Fn::GetAtt": [name, "Arn"] }, EventSourceArn },
        },
      ]),
    ),
  },
});

it("says which settings come back, and no others", () => {
  expect(describeSettings(template(), template({ operators: "olivia@convene.example", budget: "20" }))).toBe(
    [
      '  OPERATOR_EMAILS: "olivia@convene.example,omar@convene.example" becomes "olivia@convene.example"',
      '  MonthlyBudgetUsd: "50" becomes "20"',
    ].join("\n"),
  );
  expect(describeSettings(template(), template())).toBe("");
});

describe("going back", () => {
  it.each([
    ["an operator", { operators: "olivia@convene.example" }, "manage nothing any more: omar@convene.example"],
    ["a domain", { host: "old.convene.example" }, "answer any more at: stripe.convene.example"],
    ["a branded domain", { branded: "" }, "answer any more at: shop.convene.example"],
    [
      "a stream",
      { streams: { dispatch: "arn:aws:dynamodb:eu-central-1:1:table/events/stream/1" } },
      "listen to a stream that is gone",
    ],
  ])("stops where it would take %s", (_what, before, sentence) => {
    expect(() => assertNothingLost(template(), template(before))).toThrow(sentence);
    expect(() => assertNothingLost(template(), template(before))).toThrow("git revert");
  });

  it("brings back what was there, and takes a function with its stream", () => {
    expect(() =>
      assertNothingLost(
        template({ streams: { dispatch: IMPORTED, mails: IMPORTED } }),
        template({ operators: "omar@convene.example,olivia@convene.example,otto@convene.example" }),
      ),
    ).not.toThrow();
  });
});
