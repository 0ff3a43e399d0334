import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as v from "valibot";
import { beforeAll, expect, inject, it } from "vitest";
import { readReference, Statement } from "../support/authorization_reference.ts";
import { OPERATOR } from "../support/fake_aws_account.ts";
import { releaseCheckout } from "../support/release_checkout.ts";
import { packagedTemplate, resourcesOf, type Template, templateIn } from "../support/template.ts";

/** What CloudFormation's own list names and a deploy of ours does not need, and why. `*` stands for any ending. */
const NOT_NEEDED: Record<string, string[]> = {
  "what holds the data is never deleted": [
    "cognito-idp:DeleteUserPool",
    "cognito-idp:DeleteUserPoolDomain",
    "dynamodb:DeleteTable",
    "kms:DeleteAlias",
    "kms:DisableKey",
    "kms:ScheduleKeyDeletion",
  ],
  "no role loses its boundary, or is given a policy of somebody else's": [
    "iam:AttachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DetachRolePolicy",
  ],
  "the sealing key is enabled, rotated and tagged as it is made": [
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:UntagResource",
  ],
  "the key keeps its alias, by which its policy is an administrator's": ["kms:UpdateAlias"],
  "nothing of AWS's is encrypted with a key of the account's": [
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:RevokeGrant",
    "logs:AssociateKmsKey",
    "logs:DisassociateKmsKey",
  ],
  "functions are in no network of the account's": ["ec2:*", "elasticfilesystem:*"],
  "tables import nothing, feed no Kinesis and have no policy": [
    "dynamodb:DeleteResourcePolicy",
    "dynamodb:DescribeImport",
    "dynamodb:*KinesisStreamingDestination",
    "dynamodb:ImportTable",
    "dynamodb:PutResourcePolicy",
    "dynamodb:UpdateContributorInsights",
    "kinesis:*",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
  ],
  "log groups have no data protection and no index, and feed nobody": [
    "firehose:*",
    "logs:DeleteDataProtectionPolicy",
    "logs:DeleteIndexPolicy",
    "logs:PutDataProtectionPolicy",
    "logs:PutIndexPolicy",
  ],
  "the user pool has Cognito's own attributes and a domain of Cognito's": [
    "cloudfront:*",
    "cognito-idp:AddCustomAttributes",
  ],
  "the bucket has no table of its metadata": ["s3tables:*"],
};

/** What an ARN calls a type, where its service has others: what is allowed on functions is not on their mappings. */
const IN_ARN: Record<string, string> = {
  "AWS::ApiGatewayV2::Api": ":/apis",
  "AWS::ApiGatewayV2::ApiMapping": ":/domainnames",
  "AWS::ApiGatewayV2::DomainName": ":/domainnames",
  "AWS::ApiGatewayV2::Integration": ":/apis",
  "AWS::ApiGatewayV2::Route": ":/apis",
  "AWS::CloudWatch::Alarm": ":alarm:",
  "AWS::CloudWatch::Dashboard": ":dashboard/",
  "AWS::IAM::Role": ":role/",
  "AWS::KMS::Alias": ":alias/",
  "AWS::KMS::Key": ":key/",
  "AWS::Lambda::EventSourceMapping": ":event-source-mapping:",
  "AWS::Lambda::Function": ":function:",
  "AWS::Lambda::Permission": ":function:",
};

/** CloudFormation's schemas do not say it of these (yet); they are in aws/deployer.yml by the calls that they make. */
const UNKNOWN = ["AWS::ApiGatewayV2::Stage", "AWS::Budgets::Budget"];

let service: Template;
beforeAll(async () => {
  const checkout = releaseCheckout();
  const { code, said } = await checkout.run("package", ["--stage", "prod"], {
    OPERATOR_EMAILS: OPERATOR,
    ALARM_EMAIL: OPERATOR,
    DOMAIN: "stripe.convene.example",
    CERTIFICATE_ARN: "arn:aws:acm:eu-central-1:123456789012:certificate/1d2e3f",
  });
  expect([code, said]).toEqual([0, expect.stringContaining("Packaged")]);
  service = packagedTemplate(join(checkout.folder, ".local", "package", "prod"));
  checkout.remove();
});

const reference = readReference(inject("pythonBin"));

it("lets who deploys from GitHub do all that CloudFormation asks for what the templates have", () => {
  const types = [service, templateIn("aws/data.yml")].flatMap(({ Resources }) =>
    Object.values(Resources).map(({ Type }) => Type),
  );
  const asked = v.parse(
    v.record(v.string(), v.array(v.string())),
    JSON.parse(
      execFileSync(join(inject("pythonBin"), "python"), [
        "test/aws/cloudformation_asks.py",
        ...new Set(types),
      ]).toString(),
    ),
  );
  expect(
    Object.keys(asked)
      .filter((type) => asked[type]?.length === 0)
      .sort(),
  ).toEqual(UNKNOWN);

  const excused = matching(Object.values(NOT_NEEDED).flat());
  const missing = Object.entries(asked).flatMap(([type, actions]) =>
    actions
      .filter((action) => !isAllowed(type, action) && !excused(action))
      .map((action) => `${type}: ${action}`),
  );
  expect(missing).toEqual([]);
  const all = Object.values(asked).flat();
  for (const action of Object.values(NOT_NEEDED).flat())
    expect([action, all.some(matching([action]))]).toEqual([action, true]);
});

const Policy = v.object({ Statement: v.array(Statement) });
const Role = v.object({ Policies: v.optional(v.array(v.object({ PolicyDocument: Policy })), []) });

const bounds = templateIn("aws/deployer.yml");
const statementsOfPolicies = resourcesOf(bounds, "AWS::IAM::ManagedPolicy").map(
  ([name, { Properties }]) => [name, v.parse(Policy, Properties.PolicyDocument).Statement] as const,
);
const allowing = statementsOfPolicies
  .filter(([name]) => name !== "FunctionsBoundary")
  .flatMap(([, statements]) => statements)
  .filter(({ Effect }) => Effect === "Allow");

/** Whether an action is allowed on what may be of a type. One of another service is about something else, whatever it is. */
function isAllowed(type: string, action: string): boolean {
  const [service = ""] = action.split(":");
  const part = type.toLowerCase().startsWith(`aws::${service}`) ? (IN_ARN[type] ?? "") : "";
  return allowing.some(
    (statement) =>
      matching([statement.Action].flat())(action) &&
      (statement.Resource === "*" ||
        (JSON.stringify(statement.Resource).includes(part) && reference.reaches(statement, action))),
  );
}

/**
 * Lambda asks for it on a stream (Lambda docs, "Permissions" of DynamoDB streams), where it means nothing; it has been seen to do
 * without.
 */
const MEANT_FOR_LAMBDA = "dynamodb:ListStreams: is about no resource that its statement names";

it("says nothing to AWS that AWS does not understand, in the deployer's policies, the boundary and every role", () => {
  const roles = resourcesOf(service, "AWS::IAM::Role").map(
    ([name, { Properties }]) =>
      [
        name,
        v.parse(Role, Properties).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
      ] as const,
  );
  expect(roles.length).toBeGreaterThan(50);
  const faults = [...statementsOfPolicies, ...roles].flatMap(([name, statements]) =>
    statements
      .flatMap(reference.faultsOf)
      .filter((fault) => fault !== MEANT_FOR_LAMBDA)
      .map((fault) => `${name}: ${fault}`),
  );
  expect(faults).toEqual([]);
});

/** Whether one of these, in which `*` stands for anything, is an action. */
function matching(patterns: string[]): (action: string) => boolean {
  const any = patterns.map((pattern) => pattern.replaceAll("*", ".*")).join("|");
  return (action) => new RegExp(`^(?:${any})$`, "i").test(action);
}
