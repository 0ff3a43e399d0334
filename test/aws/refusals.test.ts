import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { clientOf, stacksOf, variablesOf } from "../support/fake_aws_account.ts";
import { type ReleaseCheckout, releaseCheckout } from "../support/release_checkout.ts";

/** A new one, too, where Lambda runs few functions at once (test/aws/fake_aws.py). */
const EMPTY = "222222222222";

let checkout: ReleaseCheckout;
/** Answers as AWS does to credentials that are over. */
let expired: Server;
let expiredUrl: string;

beforeAll(async () => {
  checkout = releaseCheckout();
  expired = createServer((_, response) => {
    response.writeHead(403, { "content-type": "text/xml" });
    response.end(
      "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>over</Message></Error></ErrorResponse>",
    );
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => expired.once("listening", listening));
  const address = expired.address() as AddressInfo;
  expiredUrl = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  checkout.remove();
  expired.close();
});

const deploy = (stage: string, settings: Record<string, string> = {}) =>
  checkout.run("deploy", ["--stage", stage, "--yes"], { ...variablesOf(EMPTY), ...settings });

describe("a deploy that cannot be right says so in a sentence, and leaves the account empty", () => {
  it.each<[what: string, stage: string, settings: Record<string, string>, sentence: RegExp]>([
    ["a stage of other letters", "Try_1", {}, /^"Try_1" cannot be a stage: its name has lower-case/],
    ["a name over AWS's limits", "astageofaverylongname", {}, /^"astageofaverylongname" is too long/],
    ["no operator", "try", { OPERATOR_EMAILS: "" }, /^OPERATOR_EMAILS is missing in \.env\.try/],
    [
      "a bad parameter",
      "try",
      { MONTHLY_BUDGET_USD: "lots" },
      /^MONTHLY_BUDGET_USD in the environment is broken/,
    ],
    ["prod's alarms told to nobody", "prod", {}, /^ALARM_EMAIL is missing in \.env\.prod/],
    ["half an issuer", "try", { OIDC_ISSUER: "https://login.example.com" }, /^OIDC_CLIENT_ID is missing/],
    [
      "no credentials",
      "try",
      { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
      /^There are no AWS credentials/,
    ],
    ["no region of AWS", "try", { AWS_REGION: "frankfurt" }, /^AWS_REGION in the environment is broken/],
    [
      "a region where nothing answers",
      "try",
      { AWS_ENDPOINT_URL_STS: "http://127.0.0.1:9" },
      /^Nothing answers for AWS/,
    ],
    [
      "prod in an account where Lambda may run too little at once",
      "prod",
      { ALARM_EMAIL: "pager@convene.example" },
      /^Lambda may run 10 functions at once in eu-central-1 .* prod takes 200\. Ask AWS for more/,
    ],
    [
      "a domain without certificate",
      "try",
      { DOMAIN: "pay.example.com" },
      /has no issued certificate for pay\.example\.com/,
    ],
  ])("%s", async (_what, stage, settings, sentence) => {
    expect(await deploy(stage, settings)).toEqual({ code: 1, said: expect.stringMatching(sentence) });
    expect(await stacksOf(EMPTY)).toEqual([]);
  });

  it("credentials that have expired", async () => {
    const { code, said } = await deploy("try", { AWS_ENDPOINT_URL_STS: expiredUrl });
    expect([code, said]).toEqual([1, "The AWS credentials have expired: sign in again (aws sso login)."]);
  });

  it("nobody to ask", async () => {
    for (const command of ["deploy", "rollback", "remove"]) {
      const { code, said } = await checkout.run(command, ["--stage", "try"], variablesOf(EMPTY));
      expect([code, said]).toEqual([1, expect.stringContaining("say --yes")]);
    }
    expect(await stacksOf(EMPTY)).toEqual([]);
  });

  it("code that its checks find wrong", async () => {
    checkout.commit("package.json", (text) => text.replace('"check": "node', '"check": "nodd'));
    const { code, said } = await deploy("try");
    expect([code, said]).toEqual([1, expect.stringContaining("npm run check failed. Nothing was changed.")]);
    expect(await stacksOf(EMPTY)).toEqual([]);
  });
});

it("names the way out of a stack that has failed, and leaves it alone", async () => {
  const account = "333333333333";
  const cloudFormation = new CloudFormationClient(clientOf(account));
  const Failing = { Type: "AWS::CloudWatch::Alarm", Properties: { MetricName: "m" } };
  const StackName = "convene-stripe-try";
  const TemplateBody = JSON.stringify({ Resources: { Failing } });
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
  await expect
    .poll(
      async () =>
        (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus,
    )
    .toBe("ROLLBACK_COMPLETE");
  const { code, said } = await deploy("try", variablesOf(account));
  expect([code, said]).toEqual([
    1,
    expect.stringMatching(
      /^The stack convene-stripe-try is ROLLBACK_COMPLETE: .*delete it in the console, then deploy again/,
    ),
  ]);
  expect(await stacksOf(account)).toEqual([StackName]);
});

it("goes on with a data stack whose making has failed half-way", async () => {
  const account = "555555555555";
  const fresh = releaseCheckout();
  onTestFinished(fresh.remove);
  const deployFrom = (settings: Record<string, string> = {}) =>
    fresh.run("deploy", ["--stage", "try", "--yes"], { ...variablesOf(account), ...settings });
  const [alias, taken] = ["!Sub alias/convene-stripe", "!Sub alias/aws/convene-stripe"]; // AWS keeps those for itself
  fresh.commit("aws/data.yml", (text) => text.replace(alias, taken));
  const failed = await deployFrom();
  expect([failed.code, failed.said]).toEqual([
    1,
    expect.stringMatching(
      /convene-stripe-try-data could not be deployed, and is CREATE_FAILED\. SealingKeyAlias: .*Put that right, and deploy again\.$/,
    ),
  ]);
  fresh.commit("aws/data.yml", (text) => text.replace(taken, alias));
  // The data stack is what is looked at here: the service's artifacts find no bucket.
  const { said } = await deployFrom({ AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" });
  expect(said).toMatch(/\nserverless deploy failed:\n/);
  const { Stacks = [] } = await new CloudFormationClient(clientOf(account)).send(
    new DescribeStacksCommand({ StackName: "convene-stripe-try-data" }),
  );
  expect(Stacks[0]?.StackStatus).toBe("UPDATE_COMPLETE");
});

it("neither removes prod nor rolls back what is not there", async () => {
  expect(await checkout.run("remove", ["--stage", "prod", "--yes"], variablesOf(EMPTY))).toMatchObject({
    code: 1,
    said: expect.stringContaining("prod is never removed by a command"),
  });
  for (const command of ["remove", "rollback"])
    expect(await checkout.run(command, ["--stage", "try", "--yes"], variablesOf(EMPTY))).toEqual({
      code: 1,
      said: "There is no convene-stripe-try in eu-central-1 of account 222222222222.",
    });
});
