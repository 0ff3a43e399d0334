import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** `convene-stripe-prod`, in words that serverless.yml resolves. */
const NAME = "${self:service}-${sls:stage}";

const imported = (name) => ({ "Fn::ImportValue": `${NAME}-${name}` });
const importedBelow = (name, path) => ({
  "Fn::Sub": [`\${Arn}/${path}`, { Arn: imported(name) }],
});

/** What a line of permissions.yml is about, as IAM names it. */
const RESOURCES = {
  settings: ["dynamodb", imported("settings-table")],
  events: ["dynamodb", imported("events-table")],
  "events/due": ["dynamodb", importedBelow("events-table", "index/due")],
  "events/failing": ["dynamodb", importedBelow("events-table", "index/failing")],
  "events/log": ["dynamodb", importedBelow("events-table", "index/log")],
  // A restored table has a stream of another name; so has the Orders' below.
  "events/stream": ["dynamodb", importedBelow("events-table", "stream/*")],
  orders: ["dynamodb", imported("orders-table")],
  "orders/attention": ["dynamodb", importedBelow("orders-table", "index/attention")],
  "orders/buyers": ["dynamodb", importedBelow("orders-table", "index/buyers")],
  "orders/due": ["dynamodb", importedBelow("orders-table", "index/due")],
  "orders/ledger": ["dynamodb", importedBelow("orders-table", "index/ledger")],
  "orders/outbox": ["dynamodb", importedBelow("orders-table", "index/outbox")],
  "orders/stream": ["dynamodb", importedBelow("orders-table", "stream/*")],
};

/** A secret opens only by its place (KMS, "Encryption context"), and a role names the field of the places it may. */
const KEY_ACTIONS = {
  encrypt: ["kms:Encrypt"],
  decrypt: ["kms:Decrypt"],
  reencrypt: ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
};

const ofSes = (path) => ({
  "Fn::Sub": `arn:\${AWS::Partition}:ses:\${AWS::Region}:\${AWS::AccountId}:${path}`,
});

function statementOf([about, may]) {
  if (about in KEY_ACTIONS)
    return {
      Effect: "Allow",
      Action: KEY_ACTIONS[about],
      Resource: imported("sealing-key"),
      Condition: { StringEquals: { "kms:EncryptionContext:field": may } },
    };
  if (about === "userPool")
    return {
      "Fn::If": [
        "HasUserPool",
        {
          Effect: "Allow",
          Action: may.map((call) => `cognito-idp:${call}`),
          Resource: {
            "Fn::Sub": [
              "arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/${Pool}",
              { Pool: imported("user-pool") },
            ],
          },
        },
        { Ref: "AWS::NoValue" },
      ],
    };
  if (about === "mail")
    return {
      "Fn::If": [
        "HasMailFrom",
        {
          Effect: "Allow",
          Action: may.map((call) => `ses:${call}`),
          Resource: [ofSes("identity/${MailFrom}"), ofSes(`configuration-set/${NAME}`)],
        },
        { Ref: "AWS::NoValue" },
      ],
    };
  const [, partition] = /^settings\/(\w+)$/.exec(about) ?? [];
  if (partition)
    return {
      ...statementOf(["settings", may]),
      Condition: {
        "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [partition] },
        // "For all" is true of none (IAM docs, "Multivalued context keys").
        Null: { "dynamodb:LeadingKeys": "false" },
      },
    };
  const [service, Resource] = RESOURCES[about];
  return { Effect: "Allow", Action: may.map((call) => `${service}:${call}`), Resource };
}

/** What a role may not go beyond, where an administrator has set that (aws/deployer.yml). */
const { PERMISSIONS_BOUNDARY = "" } = process.env;

const roleOf = (permissions) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    Path: "/${self:service}/${sls:stage}/", // CloudFormation shortens names, and no paths
    ...(PERMISSIONS_BOUNDARY && { PermissionsBoundary: PERMISSIONS_BOUNDARY }),
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    },
    Policies: [
      {
        PolicyName: "may",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: {
                "Fn::Sub": `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${NAME}-functions:*`,
              },
            },
            ...Object.entries(permissions).map(statementOf),
          ],
        },
      },
    ],
  },
});

const permissions = parse(readFileSync(new URL("permissions.yml", import.meta.url), "utf8"), { merge: true });

/** `ReceiveStripeEventRole` for `receiveStripeEvent`, and so on: a role a function. */
export const Resources = Object.fromEntries(
  Object.entries(permissions).map(([name, may]) => [
    `${name[0].toUpperCase()}${name.slice(1)}Role`,
    roleOf(may),
  ]),
);
