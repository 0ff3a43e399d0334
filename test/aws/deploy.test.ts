import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { ApiGatewayV2Client, GetStageCommand } from "@aws-sdk/client-apigatewayv2";
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetStackPolicyCommand,
} from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from "@aws-sdk/client-kms";
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  PutAccountDetailsCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ACCOUNT } from "../support/fake_aws.ts";
import { clientOf, OPERATOR, stacksOf, variablesOf } from "../support/fake_aws_account.ts";
import { asWorkflow, credentialsOf, letGithubDeploy } from "../support/github.ts";
import { type ReleaseCheckout, releaseCheckout } from "../support/release_checkout.ts";

// One story, each part of which goes on from the one before: an account that is empty at first, but for GitHub's being let
// deploy the stage `two`. The administrator deploys the stage `one`.
const ROW = { pk: { S: "SPACE#kept" }, sk: { S: "SPACE" } };
const PATH = "/convene-stripe/two/";
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/bounds-convene-stripe-two`;
const DOMAIN = "stripe.convene.example";
const BY_SES = {
  EmailSendingAccount: "DEVELOPER",
  From: "hello@convene.example",
  SourceArn: `arn:aws:ses:eu-central-1:${ACCOUNT}:identity/convene.example`,
};
/** As GitHub's tokens call a repository from before 15 July 2026, and as they call a newer one. */
const [REPOSITORY, NEWER_REPOSITORY] = ["convene/stripe", "convene@1024025/stripe@1296269"];

let ours: ReleaseCheckout;
let theirs: ReleaseCheckout;
let variables: Record<string, string>;
let withDomain: Record<string, string>;
let github: Awaited<ReturnType<typeof asWorkflow>>;

beforeAll(async () => {
  [ours, theirs] = [releaseCheckout(), releaseCheckout()];
  await letSesSend(false); // as in every account that is new
  variables = { ...variablesOf(ACCOUNT), MAIL_FROM: "hello@convene.example" };
  await letGithubDeploy(ACCOUNT, "two", REPOSITORY);
  github = await asWorkflow(ACCOUNT, "two", `repo:${REPOSITORY}:environment:two`);
  withDomain = {
    ...github.variables,
    DOMAIN,
    BRANDED_DOMAINS: "shop.convene.example,*.shops.convene.example",
    OIDC_ISSUER: "https://login.convene.example",
    OIDC_CLIENT_ID: "convene",
    ALARM_EMAIL: "pager@convene.example",
    MAIL_FROM: "orders@convene.example",
    BUDGET_OF: "account",
  };
  for (const DomainName of ["*.convene.example", "*.shops.convene.example"])
    await new ACMClient(clientOf(ACCOUNT)).send(
      new RequestCertificateCommand({ DomainName, ValidationMethod: "DNS" }),
    );
});
afterAll(() => {
  ours.remove();
  theirs.remove();
});

const deploy = (stage: string, checkout = ours, settings = variables) =>
  checkout.run("deploy", ["--stage", stage, "--yes"], settings);
const head = (checkout: ReleaseCheckout): string => checkout.git("log", "-1", "--format=%h");
const stack = async (name: string) => {
  const { Stacks = [] } = await new CloudFormationClient(clientOf(ACCOUNT)).send(
    new DescribeStacksCommand({ StackName: `convene-stripe-${name}` }),
  );
  return {
    ...Stacks[0],
    outputs: Object.fromEntries(
      (Stacks[0]?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
    ),
    tags: Object.fromEntries((Stacks[0]?.Tags ?? []).map(({ Key = "", Value }) => [Key, Value])),
  };
};
const health = async (stage: string) => {
  const [api] = new URL((await stack(stage)).outputs.HttpApiUrl ?? "").hostname.split(".");
  return await (await fetch(`${inject("fakeAws")}/_aws/execute-api/${api}/health`)).json();
};
const table = (stage: string, name: string): string => `convene-stripe-${stage}-${name}`;

it("deploys two stages side by side into an empty account, each with its own stacks", async () => {
  expect(await stacksOf(ACCOUNT)).toEqual(["deploys-convene-stripe-two"]);
  const [first, second] = await Promise.all([deploy("one"), deploy("two", theirs, withDomain)]);
  expect(first).toMatchObject({
    code: 0,
    said: expect.stringContaining("one is deployed, and passed its smoke test."),
  });
  expect(first.said).toContain(`${OPERATOR}, by email`);
  expect(first.said).toContain("Alarms          nobody is told: RUNBOOK.md, Alarms, says how");
  expect(first.said).toContain(
    "Invitations     mailed by Cognito, 50 a day at most. For more, verify convene.example at Amazon SES, ask Amazon SES for production access, and deploy again",
  );
  // An event of its own came through the API, the table, its stream and dispatch.
  expect(first.said).not.toContain("no self-test");
  expect(second).toMatchObject({
    code: 0,
    said: expect.stringContaining(`DNS             ${DOMAIN} CNAME `),
  });
  expect(second.said).toContain("DNS             *.shops.convene.example CNAME ");
  expect(second.said).toContain(`of account ${ACCOUNT}, within its boundary.`);
  expect(second.said).toContain("nobody is told: 1 address has yet to open the link that SNS has mailed");
  expect(second.said).toContain(`Redirect URI    https://${DOMAIN}/stripe_account/callback`);
  expect(second.said).not.toContain("Invitations");
  expect((await stacksOf(ACCOUNT)).sort()).toEqual([
    ...["one", "one-data", "two", "two-data"].map((name) => `convene-stripe-${name}`),
    "deploys-convene-stripe-two",
  ]);
  expect((await stack("one-data")).tags).toEqual({ service: "convene-stripe-one" });
  expect((await stack("one")).tags).toMatchObject({
    service: "convene-stripe-one",
    release: expect.stringContaining(head(ours)),
  });
  expect(await health("one")).toEqual({ status: "ok" });
  expect(await health("two")).toEqual({ status: "ok" });
});

describe("what was deployed answers as its template says", () => {
  it("protects the data stack", async () => {
    expect(await stack("one-data")).toMatchObject({ EnableTerminationProtection: true });
    const { StackPolicyBody = "" } = await new CloudFormationClient(clientOf(ACCOUNT)).send(
      new GetStackPolicyCommand({ StackName: "convene-stripe-one-data" }),
    );
    expect(JSON.parse(StackPolicyBody).Statement).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Action: ["Update:Replace", "Update:Delete"] }),
    );
  });

  it.each(["settings", "events", "orders"])("has the table %s protected and on demand", async (name) => {
    const dynamodb = new DynamoDBClient(clientOf(ACCOUNT));
    const TableName = table("one", name);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      DeletionProtectionEnabled: true,
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    });
    if (name === "events")
      expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
  });

  it("has a key that is rotated", async () => {
    const kms = new KMSClient(clientOf(ACCOUNT));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: "alias/convene-stripe-one" }));
    expect(KeyMetadata).toMatchObject({ Enabled: true, KeySpec: "SYMMETRIC_DEFAULT" });
    const rotation = await kms.send(new GetKeyRotationStatusCommand({ KeyId: KeyMetadata?.KeyId }));
    expect(rotation.KeyRotationEnabled).toBe(true);
  });

  it("has a user pool that knows the operator, and a client without a secret; none where the issuer is another", async () => {
    const cognito = new CognitoIdentityProviderClient(clientOf(ACCOUNT));
    const UserPoolId = (await stack("one-data")).outputs.UserPoolId;
    const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool).toMatchObject({
      DeletionProtection: "ACTIVE",
      MfaConfiguration: "ON",
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
    });
    expect(UserPool?.AdminCreateUserConfig?.InviteMessageTemplate?.EmailMessage).toContain(
      `Sign in at ${(await stack("one")).outputs.BaseUrl} as {username} with the password {####}`,
    );
    const { Users = [] } = await cognito.send(new ListUsersCommand({ UserPoolId }));
    expect(
      Users.map(({ Attributes = [] }) =>
        Object.fromEntries(Attributes.map(({ Name, Value }) => [Name, Value])),
      ),
    ).toEqual([expect.objectContaining({ email: OPERATOR, email_verified: "true" })]);
    const { Environment } = await configuration("one", "newSession");
    const { UserPoolClient } = await cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId, ClientId: Environment?.Variables?.OIDC_CLIENT_ID }),
    );
    expect(UserPoolClient?.ClientSecret).toBeUndefined();
    expect(UserPoolClient?.CallbackURLs).toEqual([
      `${(await stack("one")).outputs.BaseUrl}/session/callback`,
    ]);

    expect((await stack("two-data")).outputs).not.toHaveProperty("UserPoolId");
    expect((await configuration("two", "newSession")).Environment?.Variables).toMatchObject({
      BASE_URL: `https://${DOMAIN}`,
      OIDC_ISSUER: "https://login.convene.example",
      OIDC_CLIENT_ID: "convene",
    });
  });

  it("gives each function a role of its own, within the boundary where there is one", async () => {
    const names = ["receiveStripeEvent", "dispatchStripeEvents", "showHealth"];
    const roles = await Promise.all(names.map((name) => roleOf("one", name)));
    expect(new Set(roles.map((role) => role?.Arn)).size).toBe(3);
    for (const role of roles) expect(role).not.toHaveProperty("PermissionsBoundary");
    for (const name of names)
      expect(await roleOf("two", name)).toMatchObject({
        Path: PATH,
        PermissionsBoundary: { PermissionsBoundaryArn: BOUNDARY },
      });
  });

  it("lets a function do what its role says, and no more", async () => {
    const iam = new IAMClient(clientOf(ACCOUNT));
    const { RoleName = "" } = (await roleOf("one", "rotateSessionKeys")) ?? {};
    const may = { RoleName, PolicyName: "may" };
    const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand(may));
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument));
    const rotate = async () => {
      const lambda = new LambdaClient(clientOf(ACCOUNT));
      const FunctionName = "convene-stripe-one-rotateSessionKeys";
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
      return FunctionError ? Buffer.from(Payload ?? []).toString() : "";
    };
    const withStatements = async (statements: unknown[]) => {
      const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
      await iam.send(new PutRolePolicyCommand({ ...may, PolicyDocument: document }));
    };
    expect(await rotate()).toBe("");
    await withStatements(
      Statement.filter(({ Action }: { Action: string[] }) => !Action.includes("dynamodb:GetItem")),
    );
    expect(await rotate()).toContain("not authorized to perform: dynamodb:GetItem");
    // A secret of another field than the role names does not open.
    await withStatements(
      JSON.parse(JSON.stringify(Statement).replaceAll('["session_keys"]', '["api_token"]')),
    );
    expect(await rotate()).toContain("The service that opens our secrets does not answer.");
    await withStatements(Statement);
    expect(await rotate()).toBe("");
  });

  it("counts what its functions do, as the alarms read it", async () => {
    const lambda = new LambdaClient({ ...clientOf(ACCOUNT), maxAttempts: 1 });
    const counted = async (MetricName: "Errors" | "Invocations" | "Throttles", name: string) => {
      const { Datapoints = [] } = await new CloudWatchClient(clientOf(ACCOUNT)).send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/Lambda",
          MetricName,
          Dimensions: [{ Name: "FunctionName", Value: `convene-stripe-one-${name}` }],
          StartTime: new Date(Date.now() - 3_600_000),
          EndTime: new Date(Date.now() + 60_000),
          Period: 60,
          Statistics: ["Sum"],
        }),
      );
      return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
    };
    // Without a permission, above.
    expect(await counted("Errors", "rotateSessionKeys")).toBeGreaterThan(0);
    const before = await counted("Invocations", "retryStripeEvents");
    const FunctionName = "convene-stripe-one-retryStripeEvents";
    await lambda.send(new InvokeCommand({ FunctionName }));
    expect(await counted("Invocations", "retryStripeEvents")).toBeGreaterThan(before);
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await expect(lambda.send(new InvokeCommand({ FunctionName }))).rejects.toThrow();
    expect(await counted("Throttles", "retryStripeEvents")).toBeGreaterThan(0);
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  });

  it("tells its alarms to its own topic", async () => {
    for (const stage of ["one", "two"]) {
      // Those of both are more than one answer has.
      const { MetricAlarms = [] } = await new CloudWatchClient(clientOf(ACCOUNT)).send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: `convene-stripe-${stage}-` }),
      );
      expect(MetricAlarms.length).toBe(26);
      for (const { AlarmActions } of MetricAlarms)
        expect(AlarmActions).toEqual([`arn:aws:sns:eu-central-1:${ACCOUNT}:convene-stripe-${stage}-alarms`]);
    }
    const { StackResources = [] } = await new CloudFormationClient(clientOf(ACCOUNT)).send(
      new DescribeStackResourcesCommand({ StackName: "convene-stripe-two" }),
    );
    const types = StackResources.map(({ ResourceType }) => ResourceType);
    expect(types).toEqual(
      expect.arrayContaining([
        "AWS::SNS::Subscription",
        "AWS::Budgets::Budget",
        "AWS::CloudWatch::Dashboard",
        "AWS::SES::EmailIdentity",
      ]),
    );
    expect(types.filter((type) => type === "AWS::ApiGatewayV2::DomainName")).toHaveLength(3);
  });
});

it.each([
  [REPOSITORY, NEWER_REPOSITORY, "777777777777"],
  [NEWER_REPOSITORY, REPOSITORY, "888888888888"],
])("lets a workflow of %s in, by its environment, and none of %s", async (repository, other, account) => {
  await letGithubDeploy(account, "two", repository);
  await asWorkflow(account, "two", `repo:${repository}:environment:two`);
  for (const sub of [
    `repo:${repository}:environment:one`,
    `repo:${repository}:ref:refs/heads/main`,
    `repo:${other}:environment:two`,
    "repo:somebody/else:environment:two",
    "repo:convene@1024025/stripe@7:environment:two",
  ])
    await expect(asWorkflow(account, "two", sub)).rejects.toThrow("Not authorized");
});

const NewRole = {
  RoleName: "mine",
  AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
};
const Everything = {
  PolicyName: "may",
  PolicyDocument: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  }),
};

it("lets who deploys from GitHub make a role within the boundary, and take it back", async () => {
  const iam = new IAMClient(github.client);
  const role = { ...NewRole, RoleName: "bounded", Path: PATH, PermissionsBoundary: BOUNDARY };
  await iam.send(new CreateRoleCommand(role));
  const { RoleName } = role;
  await iam.send(new PutRolePolicyCommand({ ...Everything, RoleName })); // the boundary says what of it counts
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: Everything.PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
});

describe("who deploys from GitHub never", () => {
  const TableName = "convene-stripe-two-settings";
  const Key = { pk: { S: "SPACE#demo" }, sk: { S: "SPACE" } };
  const ask = () => ({
    cloudFormation: new CloudFormationClient(github.client),
    dynamodb: new DynamoDBClient(github.client),
    iam: new IAMClient(github.client),
    kms: new KMSClient(github.client),
    lambda: new LambdaClient(github.client),
  });

  it.each<[what: string, call: (aws: ReturnType<typeof ask>) => Promise<unknown>]>([
    [
      "makes a role without the boundary",
      ({ iam }) => iam.send(new CreateRoleCommand({ ...NewRole, Path: PATH })),
    ],
    [
      "gives a role without the boundary its permissions",
      async ({ iam }) => {
        const administrator = new IAMClient(clientOf(ACCOUNT));
        const unbounded = { ...NewRole, RoleName: "unbounded", Path: PATH };
        await administrator.send(new CreateRoleCommand(unbounded));
        return await iam.send(new PutRolePolicyCommand({ ...Everything, RoleName: unbounded.RoleName }));
      },
    ],
    [
      "makes a role elsewhere",
      ({ iam }) => iam.send(new CreateRoleCommand({ ...NewRole, PermissionsBoundary: BOUNDARY })),
    ],
    [
      "gives itself more",
      ({ iam }) =>
        iam.send(new PutRolePolicyCommand({ ...Everything, RoleName: "deploys-convene-stripe-two" })),
    ],
    [
      "takes the boundary from a role",
      async ({ iam }) => {
        const { RoleName } = (await roleOf("two", "receiveStripeEvent")) ?? {};
        return await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
      },
    ],
    [
      "makes a role of one of AWS's services that we do without",
      ({ iam }) =>
        iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" })),
    ],
    ["reads a row", ({ dynamodb }) => dynamodb.send(new GetItemCommand({ TableName, Key }))],
    ["deletes a table", ({ dynamodb }) => dynamodb.send(new DeleteTableCommand({ TableName }))],
    [
      "deletes the key",
      ({ kms }) => kms.send(new ScheduleKeyDeletionCommand({ KeyId: "alias/convene-stripe-two" })),
    ],
    [
      "changes the key's policy",
      async ({ kms }) => {
        const administrator = new KMSClient(clientOf(ACCOUNT));
        const { KeyMetadata } = await administrator.send(
          new DescribeKeyCommand({ KeyId: "alias/convene-stripe-two" }),
        );
        return await kms.send(new PutKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, Policy: "{}" }));
      },
    ],
    [
      "takes over somebody else's key",
      async ({ kms }) => {
        const administrator = new KMSClient(clientOf(ACCOUNT));
        const { KeyMetadata } = await administrator.send(new CreateKeyCommand({}));
        const Tags = [{ TagKey: "service", TagValue: "convene-stripe-two" }];
        return await kms.send(new TagResourceCommand({ KeyId: KeyMetadata?.KeyId, Tags }));
      },
    ],
    [
      "looks at another stage",
      ({ cloudFormation }) =>
        cloudFormation.send(new DescribeStacksCommand({ StackName: "convene-stripe-one" })),
    ],
    [
      "changes another stage's function",
      ({ lambda }) =>
        lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "convene-stripe-one-showHealth" })),
    ],
  ])("%s", async (_what, call) => {
    await expect(call(ask())).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
  });

  it("goes beyond the boundary in a session that a key's policy names", async () => {
    const administrator = clientOf(ACCOUNT);
    const root = `arn:aws:iam::${ACCOUNT}:root`;
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/mine/me`;
    const allowing = (...allowed: [AWS: string, Action: string][]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: allowed.map(([AWS, Action]) => ({
          Effect: "Allow",
          Principal: { AWS },
          Action,
          ...(!Action.startsWith("sts:") && { Resource: "*" }),
        })),
      });
    await new IAMClient(github.client).send(
      new CreateRoleCommand({
        RoleName: "mine",
        Path: PATH,
        PermissionsBoundary: BOUNDARY,
        AssumeRolePolicyDocument: allowing([root, "sts:AssumeRole"]),
      }),
    );
    const { KeyMetadata } = await new KMSClient(administrator).send(
      new CreateKeyCommand({
        Policy: allowing([root, "kms:*"], [session, "kms:Encrypt"], [session, "kms:ScheduleKeyDeletion"]),
      }),
    );
    const { Credentials } = await new STSClient(administrator).send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role${PATH}mine`, RoleSessionName: "me" }),
    );
    const kms = new KMSClient({ ...administrator, credentials: credentialsOf(Credentials) });
    const KeyId = KeyMetadata?.KeyId;
    // What the boundary does not deny, a session may by its name alone.
    await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("text") }));
    await expect(kms.send(new ScheduleKeyDeletionCommand({ KeyId }))).rejects.toMatchObject({
      name: expect.stringMatching(/^AccessDenied/),
    });
  });
});

it("changes nothing by deploying the same again", async () => {
  const before = await stack("one");
  const [{ code, said }, second] = await Promise.all([deploy("one"), deploy("two", theirs, withDomain)]);
  expect([code, said]).toEqual([0, expect.stringContaining("convene-stripe-one: nothing changes")]);
  expect(said).toContain("convene-stripe-one-data: nothing changes");
  expect([second.code, second.said]).toEqual([
    0,
    expect.stringContaining("convene-stripe-two: nothing changes"),
  ]);
  // Who has not signed in yet is mailed again: their invitation may be too old.
  expect(said).toContain(`Invited         ${OPERATOR}, by email`);
  expect((await stack("one")).LastUpdatedTime).toEqual(before.LastUpdatedTime);
});

it("has Amazon SES mail invitations from the next deploy on, once SES knows the domain and may send", async () => {
  const ses = new SESv2Client(clientOf(ACCOUNT));
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: "convene.example" }));
  await letSesSend(true);
  const { code, said } = await deploy("one");
  expect([code, said]).toEqual([
    0,
    expect.stringMatching(
      /one-data: [^\n]*\n {2}~ AWS::Cognito::UserPool: UserPool\nconvene-stripe-one: nothing changes/,
    ),
  ]);
  expect(said).toContain("Invitations     mailed by Amazon SES, from hello@convene.example\n");
  expect(await poolMailsOf("one")).toEqual(BY_SES);
});

it("lets who deploys from GitHub ask Amazon SES of the domain, and Cognito make the role that it mails with", async () => {
  const ses = new SESv2Client(github.client);
  expect(await ses.send(new GetAccountCommand({}))).toMatchObject({ ProductionAccessEnabled: true });
  const EmailIdentity = "convene.example";
  expect(await ses.send(new GetEmailIdentityCommand({ EmailIdentity }))).toMatchObject({
    VerifiedForSendingStatus: true,
  });
  const iam = new IAMClient(github.client);
  const AWSServiceName = "email.cognito-idp.amazonaws.com"; // it asks in the name of who gives a pool a sender
  await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName }));
});

it("has nothing to go back to after the first deployment", async () => {
  const { code, said } = await ours.run("rollback", ["--stage", "one", "--yes"], variables);
  expect([code, said]).toEqual([1, expect.stringContaining("so there is nothing to go back to")]);
});

it("deploys a newer commit, refuses the older one, and goes back by a rollback", async () => {
  const older = head(ours);
  ours.commit("functions/health/show.ts", (text) =>
    text.replace('status: "ok"', 'status: "ok", newer: true'),
  );
  const newer = head(ours);
  const deployed = await deploy("one");
  expect([deployed.code, deployed.said]).toEqual([
    0,
    expect.stringContaining("~ AWS::Lambda::Function: ShowHealthLambdaFunction\n"),
  ]);
  expect(await health("one")).toEqual({ status: "ok", newer: true });

  ours.git("checkout", "--quiet", older);
  const refused = await deploy("one");
  expect([refused.code, refused.said]).toEqual([
    1,
    expect.stringMatching(`^one runs ${newer} .*not part of what you would deploy`),
  ]);

  const back = await ours.run("rollback", ["--stage", "one", "--yes"], variables);
  expect([back.code, back.said]).toEqual([0, expect.stringContaining("again, and passed its smoke test")]);
  expect(await health("one")).toEqual({ status: "ok" });
  expect((await stack("one")).tags.release).toContain(older);
  expect(await poolMailsOf("one")).toEqual(BY_SES);

  ours.git("checkout", "--quiet", newer);
  const again = await deploy("one");
  expect([again.code, again.said]).toEqual([0, expect.stringContaining("passed its smoke test")]);
  expect(await health("one")).toEqual({ status: "ok", newer: true });
  expect((await stack("one")).tags.release).toContain(newer);
});

it("deploys a renamed route with settings of its own, and goes back over it", async () => {
  const ofRoutes = async () => {
    const ApiId = (await stack("one")).outputs.HttpApiId;
    const asked = new GetStageCommand({ ApiId, StageName: "$default" });
    const { RouteSettings = {} } = await new ApiGatewayV2Client(clientOf(ACCOUNT)).send(asked);
    return Object.keys(RouteSettings).sort();
  };
  const before = await ofRoutes();
  expect(before).toContain("GET /session/new");
  const after = before.with(before.indexOf("GET /session/new"), "GET /session/start").sort();
  ours.commit("serverless.yml", (text) => text.replace("GET /session/new", "GET /session/start"));
  ours.commit("aws/http_api.yml", (text) =>
    text.replace("GET /session/new", "GET /session/start").replace("GetSessionNew", "GetSessionStart"),
  );
  ours.commit(
    "aws/logs.yml",
    (text) => `${text}  Broken: { Type: AWS::CloudWatch::Alarm, Properties: {} }\n`,
  );
  expect(await deploy("one")).toMatchObject({
    code: 1,
    said: expect.stringContaining("GET /session/new: has its own settings again."),
  });
  expect(await stack("one")).toMatchObject({ StackStatus: "UPDATE_ROLLBACK_COMPLETE" });
  expect(await ofRoutes()).toEqual(before);

  ours.git("reset", "--quiet", "--hard", "HEAD~1");
  const deployed = await deploy("one");
  expect([deployed.code, deployed.said]).toEqual([0, expect.stringContaining("passed its smoke test")]);
  expect(await ofRoutes()).toEqual(after);

  const back = await ours.run("rollback", ["--stage", "one", "--yes"], variables);
  expect([back.code, back.said]).toEqual([0, expect.stringContaining("again, and passed its smoke test")]);
  expect(await ofRoutes()).toEqual(before);
  ours.git("reset", "--quiet", "--hard", "HEAD~2");
});

it("makes one index of a table at a time", async () => {
  const withIndex = (name: string) => (text: string) =>
    text
      .replace(
        "        - { AttributeName: failing,",
        `        - { AttributeName: ${name}, AttributeType: S }\n$&`,
      )
      .replace(
        "        - IndexName: log\n",
        `        - { IndexName: ${name}, KeySchema: [{ AttributeName: ${name}, KeyType: HASH }], Projection: { ProjectionType: KEYS_ONLY } }\n$&`,
      );
  ours.commit("aws/data.yml", withIndex("first"));
  ours.commit("aws/data.yml", withIndex("second"));
  const refused = await deploy("one");
  expect([refused.code, refused.said]).toEqual([
    1,
    expect.stringMatching(/^This would make or remove 2 indexes of EventsTable \(\+first, \+second\)/),
  ]);

  ours.git("reset", "--quiet", "--hard", "HEAD~1");
  const { code, said } = await deploy("one", ours, {
    ...variables,
    OPERATOR_EMAILS: `${OPERATOR},omar@convene.example`,
  });
  expect([code, said]).toEqual([0, expect.stringContaining("passed its smoke test")]);
  const { Table } = await new DynamoDBClient(clientOf(ACCOUNT)).send(
    new DescribeTableCommand({ TableName: table("one", "events") }),
  );
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toContain("first");
  expect(Table?.GlobalSecondaryIndexes).toHaveLength(4);
});

it("does not go back to before an operator was one", async () => {
  const { code, said } = await ours.run("rollback", ["--stage", "one", "--yes"], variables);
  expect([code, said]).toEqual([
    1,
    expect.stringContaining("these operators would manage nothing any more: omar@convene.example."),
  ]);
  expect((await stack("one")).tags.release).toContain(head(ours));
});

it("refuses to replace a table, and leaves the stage as it is", async () => {
  ours.commit("aws/data.yml", (text) => text.replace("-orders\n", "-orders-2\n"));
  const { code, said } = await deploy("one");
  expect([code, said]).toEqual([
    1,
    expect.stringContaining("This would replace OrdersTable (AWS::DynamoDB::Table)"),
  ]);
  expect(await stack("one-data")).toMatchObject({ StackStatus: "UPDATE_COMPLETE" });
  ours.git("reset", "--quiet", "--hard", "HEAD~1");
});

it("keeps the data when the service is removed, and finds it when it is deployed again", async () => {
  const dynamodb = new DynamoDBClient(clientOf(ACCOUNT));
  const TableName = table("one", "settings");
  await dynamodb.send(new PutItemCommand({ TableName, Item: ROW }));
  const removed = await ours.run("remove", ["--stage", "one", "--yes"], variables);
  expect([removed.code, removed.said]).toEqual([
    0,
    expect.stringContaining("convene-stripe-one is removed."),
  ]);
  await expect(stack("one")).rejects.toThrow("does not exist");
  expect(await stack("one-data")).toMatchObject({ StackStatus: "UPDATE_COMPLETE" });
  expect(await health("two")).toEqual({ status: "ok" });
  // The identity of the address is gone with the service. The one that the pool mails by stays.
  const ses = new SESv2Client(clientOf(ACCOUNT));
  await expect(
    ses.send(new GetEmailIdentityCommand({ EmailIdentity: "hello@convene.example" })),
  ).rejects.toMatchObject({ name: "NotFoundException" });
  expect(await poolMailsOf("one")).toEqual(BY_SES);
  await ses.send(new GetEmailIdentityCommand({ EmailIdentity: "convene.example" }));

  // Signing in elsewhere from now on: the user pool stays, for people who may come back, and mails nobody.
  const { OIDC_ISSUER, OIDC_CLIENT_ID } = withDomain;
  const again = await deploy("one", ours, {
    ...variables,
    ...(OIDC_ISSUER && OIDC_CLIENT_ID && { OIDC_ISSUER, OIDC_CLIENT_ID }),
  });
  // What its invitations say and who mails them is all that is new of it.
  expect([again.code, again.said]).toEqual([
    0,
    expect.stringMatching(/one-data: [^\n]*\n {2}~ AWS::Cognito::UserPool: UserPool\nconvene-stripe-one: /),
  ]);
  expect((await configuration("one", "newSession")).Environment?.Variables).toMatchObject({ OIDC_ISSUER });
  expect(again.said).not.toContain("Invitations");
  expect((await stack("one-data")).outputs.UserPoolId).toBeDefined();
  expect(await poolMailsOf("one")).toEqual({ EmailSendingAccount: "COGNITO_DEFAULT" });
  expect((await dynamodb.send(new GetItemCommand({ TableName, Key: ROW }))).Item).toEqual(ROW);
  expect(await health("one")).toEqual({ status: "ok", newer: true });
});

it("takes dispatch to the stream of an events table that was restored", async () => {
  const dynamodb = new DynamoDBClient(clientOf(ACCOUNT));
  const TableName = table("one", "events");
  const { Table: { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [], LatestStreamArn } = {} } =
    await dynamodb.send(new DescribeTableCommand({ TableName }));
  await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  const gone = await deploy("one");
  expect([gone.code, gone.said]).toEqual([1, expect.stringMatching(`^The table ${TableName} is gone`)]);

  const restored = {
    TableName,
    KeySchema,
    AttributeDefinitions,
    BillingMode: "PAY_PER_REQUEST" as const,
    GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => ({
      IndexName,
      KeySchema: keys,
      Projection,
    })),
  };
  await dynamodb.send(new CreateTableCommand(restored));
  const silent = await deploy("one");
  expect([silent.code, silent.said]).toEqual([1, expect.stringContaining(`${TableName} has no stream`)]);

  const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_IMAGE" as const };
  await dynamodb.send(new UpdateTableCommand({ TableName, StreamSpecification }));
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  expect(Table?.LatestStreamArn).not.toBe(LatestStreamArn);
  // The smoke test's event comes by the new stream.
  const { code, said } = await deploy("one");
  expect([code, said]).toEqual([0, expect.stringContaining("passed its smoke test")]);
  const { EventSourceMappings = [] } = await new LambdaClient(clientOf(ACCOUNT)).send(
    new ListEventSourceMappingsCommand({ FunctionName: "convene-stripe-one-dispatchStripeEvents" }),
  );
  expect(EventSourceMappings.map(({ EventSourceArn }) => EventSourceArn)).toEqual([Table?.LatestStreamArn]);
});

it("removes from GitHub what was deployed from there", async () => {
  const back = await theirs.run("rollback", ["--stage", "two", "--yes"], github.variables);
  expect([back.code, back.said]).toEqual([1, expect.stringContaining("nothing to go back to")]);
  const removed = await theirs.run("remove", ["--stage", "two", "--yes"], github.variables);
  expect([removed.code, removed.said]).toEqual([
    0,
    expect.stringContaining("convene-stripe-two is removed."),
  ]);
});

it("lets nobody delete prod's stacks, with which its data and its address would go", async () => {
  const deployed = await deploy("prod", ours, {
    ...variables,
    MAIL_FROM: "",
    ALARM_EMAIL: "pager@convene.example",
  });
  expect([deployed.code, deployed.said]).toEqual([0, expect.stringContaining("prod is deployed")]);
  expect(deployed.said).toContain("50 a day at most. For more, set MAIL_FROM, and deploy again");
  const cloudFormation = new CloudFormationClient(clientOf(ACCOUNT));
  for (const StackName of ["convene-stripe-prod", "convene-stripe-prod-data"])
    await expect(cloudFormation.send(new DeleteStackCommand({ StackName }))).rejects.toThrow(
      "TerminationProtection is enabled",
    );
});

/** Whether SES mails to everybody, or is in its sandbox. */
async function letSesSend(ProductionAccessEnabled: boolean) {
  await new SESv2Client(clientOf(ACCOUNT)).send(
    new PutAccountDetailsCommand({
      MailType: "TRANSACTIONAL",
      WebsiteURL: "https://convene.example",
      ProductionAccessEnabled,
    }),
  );
}

/** How a stage's user pool sends mails. */
async function poolMailsOf(stage: string) {
  const { UserPoolId } = (await stack(`${stage}-data`)).outputs;
  const { UserPool } = await new CognitoIdentityProviderClient(clientOf(ACCOUNT)).send(
    new DescribeUserPoolCommand({ UserPoolId }),
  );
  return UserPool?.EmailConfiguration;
}

async function roleOf(stage: string, name: string) {
  const { Role = "" } = await configuration(stage, name);
  const iam = new IAMClient(clientOf(ACCOUNT));
  const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: Role.split("/").at(-1) }));
  return role;
}

async function configuration(stage: string, name: string) {
  return await new LambdaClient(clientOf(ACCOUNT)).send(
    new GetFunctionConfigurationCommand({ FunctionName: `convene-stripe-${stage}-${name}` }),
  );
}
