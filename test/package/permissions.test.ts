import * as v from "valibot";
import { describe, expect, inject, it } from "vitest";
import { REFUSED_DELIVERIES } from "../../lib/dynamodb/keys.ts";
import { permissions } from "../support/roles.ts";
import { packagedTemplate, resourcesOf } from "../support/template.ts";

const template = packagedTemplate(inject("prod"));
const functions = resourcesOf(template, "AWS::Lambda::Function");
const roles = new Map(resourcesOf(template, "AWS::IAM::Role"));

const OfKey = v.strictObject({
  StringEquals: v.strictObject({ "kms:EncryptionContext:field": v.array(v.string()) }),
});
const OfPartition = v.strictObject({
  "ForAllValues:StringEquals": v.strictObject({ "dynamodb:LeadingKeys": v.tuple([v.string()]) }),
  Null: v.strictObject({ "dynamodb:LeadingKeys": v.literal("false") }),
});
const Statement = v.strictObject({
  Effect: v.literal("Allow"),
  Action: v.array(v.string()),
  Resource: v.unknown(),
  Condition: v.optional(v.union([OfKey, OfPartition])),
});
const Role = v.object({
  AssumeRolePolicyDocument: v.object({ Statement: v.tuple([v.unknown()]) }),
  Policies: v.tuple([v.object({ PolicyDocument: v.object({ Statement: v.array(v.unknown()) }) })]),
});
const Named = v.object({
  FunctionName: v.string(),
  Role: v.object({ "Fn::GetAtt": v.tuple([v.string(), v.literal("Arn")]) }),
});

/** What a resource of a statement is, in the words of permissions.yml; whatever else it is, as it stands there. */
function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const [, imported] = /^\{"Fn::ImportValue":"convene-stripe-prod-([\w-]+)"\}$/.exec(text) ?? [];
  const [, path, table] =
    /^\{"Fn::Sub":\["\$\{Arn\}\/(index\/\w+|stream\/\*)",\{"Arn":\{"Fn::ImportValue":"convene-stripe-prod-(events|orders)-table"\}\}\]\}$/.exec(
      text,
    ) ?? [];
  if (path) return `${table}/${path === "stream/*" ? "stream" : path.replace("index/", "")}`;
  const names: Record<string, string> = {
    "settings-table": "settings",
    "events-table": "events",
    "orders-table": "orders",
    "sealing-key": "key",
  };
  return names[imported ?? ""] ?? text;
}

/** What a role allows, beside writing to the functions' log: as permissions.yml would have it. */
function allowedBy(role: v.InferOutput<typeof Role>): Record<string, string[]> {
  const [logs, ...statements] = role.Policies[0].PolicyDocument.Statement;
  expect(logs).toEqual({
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: {
      "Fn::Sub":
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/convene-stripe-prod-functions:*",
    },
  });
  return Object.fromEntries(statements.map(lineOf));
}

function lineOf(statement: unknown): [string, string[]] {
  const onMail = v.safeParse(OnMail, statement);
  if (onMail.success) {
    const [, { Action, Resource }] = onMail.output["Fn::If"];
    expect(JSON.stringify(Resource)).toMatch(
      /:identity\/\$\{MailFrom\}.*:configuration-set\/convene-stripe-/,
    );
    return ["mail", Action.map((action) => action.replace(/^ses:/, ""))];
  }
  const onPool = v.safeParse(OnPool, statement);
  const { Action, Resource, Condition } = v.parse(
    Statement,
    onPool.success ? onPool.output["Fn::If"][1] : statement,
  );
  const calls = Action.map((action) => action.split(":")[1] ?? "");
  const name = nameOf(Resource);
  if (name === "key") {
    const verbs: Record<string, string> = {
      Encrypt: "encrypt",
      Decrypt: "decrypt",
      ReEncryptFrom: "reencrypt",
    };
    return [
      verbs[calls[0] ?? ""] ?? "",
      v.parse(OfKey, Condition).StringEquals["kms:EncryptionContext:field"],
    ];
  }
  if (onPool.success) {
    expect(name).toContain(":userpool/${Pool}");
    return ["userPool", calls];
  }
  if (!Condition) return [name, calls];
  const [partition] = v.parse(OfPartition, Condition)["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"];
  return [`${name}/${partition}`, calls];
}

/** Where there is no sender, there are no mails to send. */
const OnMail = v.object({
  "Fn::If": v.tuple([v.literal("HasMailFrom"), Statement, v.object({ Ref: v.literal("AWS::NoValue") })]),
});

/** Where people sign in elsewhere, there is no pool to call. */
const OnPool = v.object({
  "Fn::If": v.tuple([v.literal("HasUserPool"), v.unknown(), v.object({ Ref: v.literal("AWS::NoValue") })]),
});

describe("the roles", () => {
  it.each(
    functions.map(
      ([id, { Properties }]) => [id.replace("LambdaFunction", ""), v.parse(Named, Properties)] as const,
    ),
  )(
    "%s may what aws/permissions.yml says, and nothing else",
    (id, {
      FunctionName,
      Role: {
        "Fn::GetAtt": [roleId],
      },
    }) => {
      const name = FunctionName.replace("convene-stripe-prod-", "");
      expect(roleId).toBe(`${id}Role`);
      const role = v.parse(Role, roles.get(roleId)?.Properties);
      expect(role.AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]);
      expect(allowedBy(role)).toEqual(permissions[name]);
    },
  );

  it("are one a function, and none besides", () => {
    expect([...roles.keys()].sort()).toEqual(
      functions.map(([id]) => id.replace("LambdaFunction", "Role")).sort(),
    );
    expect(Object.keys(permissions)).toHaveLength(functions.length);
  });

  it("name each call and each resource", () => {
    const text = JSON.stringify([...roles.values()])
      .replaceAll(/:log-group:\/aws\/lambda\/[\w-]+:\*/g, "") // a log stream is named by Lambda as it makes it
      .replaceAll("${Arn}/stream/*", ""); // a stream is named after the moment it was made
    expect(text).not.toContain("*");
  });
});

it("let who receives events, whom anybody can call, write nothing of the settings but what was refused", () => {
  const { receiveStripeEvent = {} } = permissions;
  const ofSettings = Object.entries(receiveStripeEvent).filter(([about]) => about.startsWith("settings"));
  expect(ofSettings).toEqual([
    ["settings", ["GetItem"]],
    [`settings/${REFUSED_DELIVERIES}`, ["UpdateItem"]],
  ]);
});

/** The point of the encryption context: who may open what (aws/permissions.yml, read against the design). */
describe("secrets", () => {
  const opening = (field: string): string[] =>
    Object.entries(permissions).flatMap(([name, { decrypt = [] }]) =>
      decrypt.includes(field) ? [name] : [],
    );

  it("of webhooks are all that receiving opens", () => {
    expect(permissions.receiveStripeEvent?.decrypt).toEqual(["stripe_webhook_endpoint_secret"]);
    expect(permissions.receiveStripeEvent).not.toHaveProperty("encrypt");
  });

  it("of the Stripe account are opened by who asks Stripe something, and by no page that does not", () => {
    expect(opening("api_token").sort()).toEqual(
      [
        ...[
          "dispatchStripeEvents",
          "retryStripeEvents",
          "replayStripeEvent",
          "showStripeEvent",
          "createCheckout",
          "importOrder",
        ],
        ...["showOrder", "splitOrder", "previewSplit", "createRefund", "settleDueOrders", "search"],
        ...["recoverSpaces", "recoverSpace"],
        ...["registerStripeWebhookEndpoints", "rotateStripeWebhookEndpoints"],
        ...["checkMarketplace", "updateMarketplace", "connectStripeAccount", "stripeAccountCallback"],
        ...["stripeAccountReturn", "stripeAccountRefresh", "disconnectStripeAccount", "checkConnections"],
      ].sort(),
    );
  });

  it("of callbacks are opened by who calls back, which opens nothing else", () => {
    expect(opening("callback_secret")).toEqual(["dispatchCallbacks", "retryCallbacks"]);
    for (const name of opening("callback_secret"))
      expect(permissions[name]?.decrypt).toEqual(["callback_secret"]);
  });

  it("of sessions are never opened by what people do not call", () => {
    const machines = [
      "receiveStripeEvent",
      "dispatchStripeEvents",
      "retryStripeEvents",
      "settleDueOrders",
      "sendMails",
      "sendDueMails",
      "recoverSpaces",
      "checkConnections",
      "createCheckout",
      "importOrder",
    ];
    expect(opening("session_keys").filter((name) => machines.includes(name))).toEqual([]);
  });

  it("are sealed by who saves them", () => {
    const sealing = (field: string): string[] =>
      Object.entries(permissions).flatMap(([name, { encrypt = [] }]) =>
        encrypt.includes(field) ? [name] : [],
      );
    expect(sealing("api_token")).toEqual(["updateUtility"]);
  });
});
