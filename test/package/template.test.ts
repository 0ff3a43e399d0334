import * as v from "valibot";
import { describe, expect, inject, it } from "vitest";
import { CERTIFICATE, DOMAINS } from "../support/packaged.ts";
import { packagedTemplate, resourcesOf, type Template, templateIn } from "../support/template.ts";

const data = templateIn("aws/data.yml");
const prod = packagedTemplate(inject("prod"));
const withDomain = packagedTemplate(inject("withDomain"));

const propertiesOf = (template: Template, id: string): Record<string, unknown> => {
  const resource = template.Resources[id];
  if (!resource) throw new Error(`there is no ${id}`);
  return resource.Properties;
};

describe("the data stack", () => {
  it("keeps everything it holds, whatever becomes of the stack", () => {
    for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of Object.entries(data.Resources))
      expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual([id, "Retain", "Retain"]);
  });

  it.each(["SettingsTable", "EventsTable", "OrdersTable"])(
    "has %s pay for what is used, recoverable and protected, with a time to live",
    (id) => {
      expect(propertiesOf(data, id)).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: "expires_at_s", Enabled: true },
      });
      // The AWS-owned key: secrets are sealed before they reach a table.
      expect(propertiesOf(data, id)).not.toHaveProperty("SSESpecification");
    },
  );

  it("streams new events, and keeps no payload of theirs in the indexes", () => {
    expect(propertiesOf(data, "EventsTable")).toMatchObject({
      StreamSpecification: { StreamViewType: "NEW_IMAGE" },
      GlobalSecondaryIndexes: [
        { IndexName: "due", Projection: { ProjectionType: "KEYS_ONLY" } },
        { IndexName: "log", Projection: { ProjectionType: "KEYS_ONLY" } },
        {
          IndexName: "failing",
          Projection: {
            ProjectionType: "INCLUDE",
            NonKeyAttributes: ["status", "type", "hint", "proved"],
          },
        },
      ],
    });
  });

  it("has a key of its own that AWS rotates, and that nobody uses without saying for which field", () => {
    expect(propertiesOf(data, "SealingKey")).toMatchObject({
      EnableKeyRotation: true,
      MultiRegion: true,
      KeyPolicy: {
        Statement: [
          { Sid: "LetPoliciesDecide", Effect: "Allow" },
          {
            Sid: "OnlyWithAPlace",
            Effect: "Deny",
            Condition: { Null: { "kms:EncryptionContext:field": "true" } },
          },
        ],
      },
    });
  });

  it("says * of resources in the key's own policy only, where it means that key", () => {
    const { SealingKey, ...rest } = data.Resources;
    expect(JSON.stringify(SealingKey)).toContain('"Resource":"*"');
    expect(JSON.stringify(rest)).not.toContain('"*"');
  });

  it("has a user pool that only invites, with a second factor, unless there is another issuer", () => {
    expect(data.Resources.UserPool?.Condition).toBe("HasUserPool");
    expect(propertiesOf(data, "UserPool")).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: "ON",
      DeletionProtection: "ACTIVE",
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
    });
  });

  it("exports what any release of the service imports, stage by stage", () => {
    const exported = Object.values(data.Outputs).map((output) =>
      v
        .parse(v.object({ Export: v.object({ Name: v.object({ "Fn::Sub": v.string() }) }) }), output)
        .Export.Name["Fn::Sub"].replace("${Stage}", "prod"),
    );
    // Add to this list, and take nothing from it: CloudFormation refuses to remove an export that the running service imports, and
    // a rollback may go to a release that does.
    expect(exported.sort()).toEqual([
      "convene-stripe-prod-events-stream",
      "convene-stripe-prod-events-table",
      "convene-stripe-prod-orders-stream",
      "convene-stripe-prod-orders-table",
      "convene-stripe-prod-sealing-key",
      "convene-stripe-prod-settings-table",
      "convene-stripe-prod-user-pool",
    ]);
    const imported = [...JSON.stringify(prod).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(imported.length).toBeGreaterThan(0);
    expect(exported).toEqual(expect.arrayContaining(imported));
  });
});

it("copies each table of the data stack to another account, where that is set up", () => {
  const backup = templateIn("aws/backup.yml");
  const { Resources } = v.parse(
    v.object({ Resources: v.array(v.object({ "Fn::Sub": v.string() })) }),
    propertiesOf(backup, "Tables").BackupSelection,
  );
  const copied = Resources.map((table) => table["Fn::Sub"].split(":table/")[1]);
  const tables = resourcesOf(data, "AWS::DynamoDB::Table").map(
    ([, { Properties }]) => v.parse(v.object({ "Fn::Sub": v.string() }), Properties.TableName)["Fn::Sub"],
  );
  expect(copied.sort()).toEqual(tables.sort());
});

describe("the service's functions", () => {
  const functions = resourcesOf(prod, "AWS::Lambda::Function");

  it("run on the Node that the tests run on, on arm64", () => {
    for (const [id, { Properties }] of functions)
      expect([id, Properties.Runtime, Properties.Architectures]).toEqual([
        id,
        `nodejs${process.versions.node.split(".")[0]}.x`,
        ["arm64"],
      ]);
  });

  it("answer before API Gateway gives up at 30 s, and end before what follows them", () => {
    const timeouts = Object.fromEntries(
      functions.map(([id, { Properties }]) => [id.replace("LambdaFunction", ""), Number(Properties.Timeout)]),
    );
    const {
      DispatchStripeEvents = 0,
      RetryStripeEvents = 0,
      CheckConnections = 0,
      ReceiveStripeEvent = 0,
    } = timeouts;
    expect(DispatchStripeEvents).toBeLessThanOrEqual(60); // what is left of a lease of 90 s, 30 s after it began
    expect(RetryStripeEvents).toBeLessThan(60); // its own next run
    expect(CheckConnections).toBeLessThanOrEqual(900);
    expect(ReceiveStripeEvent).toBeLessThan(10);
    const integrations = resourcesOf(prod, "AWS::ApiGatewayV2::Integration").map(([id]) =>
      id.replace("HttpApiIntegration", ""),
    );
    for (const id of integrations) expect([id, (timeouts[id] ?? 30) < 30]).toEqual([id, true]);
  });

  it("that run every minute are not run later, nor again", () => {
    const rules = resourcesOf(prod, "AWS::Events::Rule").filter(
      ([, { Properties }]) => Properties.ScheduleExpression === "rate(1 minute)",
    );
    const configured = resourcesOf(prod, "AWS::Lambda::EventInvokeConfig");
    expect(configured).toHaveLength(rules.length);
    for (const [id, { Properties }] of configured)
      expect([id, Properties]).toEqual([
        id,
        expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }),
      ]);
  });

  it("write to one log, which is kept for 90 days, and the API to its own, for 30", () => {
    const groups = resourcesOf(prod, "AWS::Logs::LogGroup").map(([, { Properties }]) => Properties);
    const name = "/aws/lambda/convene-stripe-prod-functions";
    expect(groups).toEqual([
      expect.objectContaining({
        LogGroupName: "/aws/vendedlogs/http-api/convene-stripe-prod",
        RetentionInDays: 30,
      }),
      { LogGroupName: name, RetentionInDays: 90 },
    ]);
    for (const [id, { Properties, DependsOn }] of functions)
      expect([id, Properties.LoggingConfig, DependsOn]).toEqual([
        id,
        { LogGroup: name },
        expect.arrayContaining(["FunctionsLogGroup"]),
      ]);
  });

  it("carry the stage's tag, by which the budget counts", () => {
    for (const [id, { Properties }] of functions)
      expect([id, Properties.Tags]).toEqual([id, [{ Key: "service", Value: "convene-stripe-prod" }]]);
  });

  it("have no secret in their environment", () => {
    const environment = v.parse(
      v.object({ Variables: v.record(v.string(), v.unknown()) }),
      functions[0]?.[1].Properties.Environment,
    ).Variables;
    expect(Object.keys(environment).sort()).toEqual([
      "API_URL",
      "BASE_URL",
      "BRANDED_DOMAINS",
      "EVENTS_TABLE",
      "EVENT_RETENTION_DAYS",
      "MAIL_FROM",
      "OIDC_CLIENT_ID",
      "OIDC_ISSUER",
      "OPERATOR_EMAILS",
      "ORDERS_TABLE",
      "SEALING_KMS_KEY",
      "SETTINGS_TABLE",
      "STAGE",
      "USER_POOL_ID",
    ]);
  });
});

it("hands new events to dispatch, and gives up a batch before its lease is over", () => {
  const mappings = resourcesOf(prod, "AWS::Lambda::EventSourceMapping");
  const [, mapping] = mappings.find(([id]) => id.startsWith("DispatchStripeEvents")) ?? [];
  expect(mapping?.Properties).toMatchObject({
    EventSourceArn: { "Fn::ImportValue": "convene-stripe-prod-events-stream" },
    FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 5,
    MaximumRecordAgeInSeconds: 60,
    ParallelizationFactor: 2,
    StartingPosition: "TRIM_HORIZON",
  });
});

it("reserves executions for receiving and checkouts alone, where the deploy has found enough", () => {
  const reserved = (template: Template) =>
    resourcesOf(template, "AWS::Lambda::Function").flatMap(([id, { Properties }]) =>
      "ReservedConcurrentExecutions" in Properties ? [[id, Properties.ReservedConcurrentExecutions]] : [],
    );
  expect(reserved(prod)).toEqual([
    ["ReceiveStripeEventLambdaFunction", 50],
    ["CreateCheckoutLambdaFunction", 50],
  ]);
  expect(reserved(withDomain)).toEqual([]);
});

it("hands mails that are new to who sends them, and nothing else that is written of Orders", () => {
  const mappings = resourcesOf(prod, "AWS::Lambda::EventSourceMapping");
  const [, mapping] = mappings.find(([id]) => id.startsWith("SendMails")) ?? [];
  expect(mapping?.Properties).toMatchObject({
    EventSourceArn: { "Fn::ImportValue": "convene-stripe-prod-orders-stream" },
    FilterCriteria: {
      Filters: [
        {
          Pattern:
            '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"channel":{"S":["buyer","notifications","members"]}}}}',
        },
      ],
    },
  });
});

it("makes a sender of mails where there is one", () => {
  for (const id of ["MailSender", "MailConfiguration", "MailEvents"])
    expect([id, prod.Resources[id]?.Condition]).toEqual([id, "HasMailFrom"]);
  expect(prod.Parameters.MailFrom?.Default).toBe("");
  expect(withDomain.Parameters.MailFrom?.Default).toBe("orders@convene.example");
});

describe("the HTTP API", () => {
  const stage = propertiesOf(prod, "HttpApiStage");

  it("logs each request, without its query and headers", () => {
    const { Format } = v.parse(v.object({ Format: v.string() }), stage.AccessLogSettings);
    expect(JSON.parse(Format)).toMatchObject({
      request: "$context.requestId",
      route: "$context.routeKey",
      status: "$context.status",
    });
    expect(Format).not.toMatch(/query|header|authorizer/i);
  });

  it("throttles each route; Stripe's more generously, whose metrics the alarms look at", () => {
    expect(stage.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    const settings = v.parse(
      v.record(v.string(), v.looseObject({ DetailedMetricsEnabled: v.optional(v.boolean()) })),
      stage.RouteSettings,
    );
    const routes = resourcesOf(prod, "AWS::ApiGatewayV2::Route").map(
      ([, { Properties }]) => Properties.RouteKey,
    );
    for (const route of Object.keys(settings)) expect(routes).toContain(route);
    const measured = Object.keys(settings).filter((route) => settings[route]?.DetailedMetricsEnabled);
    expect(measured.sort()).toEqual(
      routes.filter((route) => /^POST .*stripe_events$/.test(String(route))).sort(),
    );
  });
});

it("budgets what has the stage's tag, or the account, and shares no name with the stage in another region", () => {
  expect(propertiesOf(prod, "MonthlyBudget").Budget).toMatchObject({
    BudgetName: "convene-stripe-prod-eu-central-1",
    CostFilters: {
      "Fn::If": [
        "BudgetsStage",
        { TagKeyValue: [{ "Fn::Join": ["$", ["user:service", "convene-stripe-prod"]] }] },
        { Ref: "AWS::NoValue" },
      ],
    },
  });
  expect(prod.Parameters.BudgetOf?.Default).toBe("stage");
  expect(withDomain.Parameters.BudgetOf?.Default).toBe("account");
  expect(prod.Resources.MonthlyBudget?.DependsOn).toEqual(["AlarmTopicPolicy"]);
  expect(propertiesOf(prod, "Dashboard").DashboardName).toBe("convene-stripe-prod-eu-central-1");
});

describe("the address", () => {
  it("is the API's own without a domain, and each domain is mapped with its certificate", () => {
    expect(resourcesOf(prod, "AWS::ApiGatewayV2::DomainName")).toEqual([]);
    expect(prod.Outputs.BaseUrl?.Value).toEqual({
      "Fn::Sub": "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}",
    });
    expect(withDomain.Outputs.BaseUrl?.Value).toBe(`https://${DOMAINS[0]}`);
    const domains = resourcesOf(withDomain, "AWS::ApiGatewayV2::DomainName").map(
      ([, { Properties }]) => Properties,
    );
    expect(domains).toEqual(
      DOMAINS.map((DomainName) => ({
        DomainName,
        DomainNameConfigurations: [
          { CertificateArn: CERTIFICATE, EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" },
        ],
        Tags: expect.anything(),
      })).map(({ Tags, ...properties }) => properties),
    );
    expect(resourcesOf(withDomain, "AWS::ApiGatewayV2::ApiMapping")).toHaveLength(DOMAINS.length);
  });

  it("is where people are sent back to after signing in", () => {
    const { CallbackURLs } = v.parse(
      v.object({ CallbackURLs: v.tuple([v.unknown()]) }),
      propertiesOf(withDomain, "UserPoolClient"),
    );
    expect(JSON.stringify(CallbackURLs)).toContain(`https://${DOMAINS[0]}`);
    expect(withDomain.Parameters).toMatchObject({
      OidcIssuer: { Default: "https://login.example.com" },
      OidcClientId: { Default: "convene" },
    });
    expect(withDomain.Resources.UserPoolClient?.Condition).toBe("HasUserPool");
  });
});

describe("two stages in one account", () => {
  /** Every name that is given, and not left to AWS: of resources, of exports. */
  const namesOf = (template: Template): string[] =>
    [...JSON.stringify(template).matchAll(/"(?:\w+Name|Domain|Name)":"([^"]*)"/g)]
      .map(([, name = ""]) => name)
      .filter((name) => name.includes("convene-stripe") && !name.startsWith("/"));

  it("share no name", () => {
    const [one, other] = [new Set(namesOf(prod)), new Set(namesOf(withDomain))];
    expect(one.size).toBeGreaterThan(40);
    expect([...one].filter((name) => other.has(name))).toEqual([]);
  });

  it("say their stage in everything", () => {
    for (const name of namesOf(prod)) expect(name).toMatch(/prod/);
  });
});

it("stays within what CloudFormation takes", () => {
  expect(Object.keys(prod.Resources).length).toBeLessThan(460); // 500
  expect(JSON.stringify(prod).length).toBeLessThan(900_000); // 1 MB
});
