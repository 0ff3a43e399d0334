import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  asEnvironment,
  hostsOf,
  SETTINGS,
  stageRegion,
  stageSettings,
} from "../../release/stage_settings.ts";

const project = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  process.chdir(folder);
  for (const name of SETTINGS) vi.stubEnv(name, undefined);
});
afterEach(() => {
  process.chdir(project);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("a stage's settings", () => {
  it("need the operators, and no more", () => {
    vi.stubEnv("OPERATOR_EMAILS", "Olivia@Convene.example, otto@convene.example olivia@convene.example");
    expect(stageSettings("try")).toEqual({
      OPERATOR_EMAILS: ["olivia@convene.example", "otto@convene.example"],
      AWS_REGION: "eu-central-1",
      BRANDED_DOMAINS: [],
      EVENT_RETENTION_DAYS: "45",
      MONTHLY_BUDGET_USD: "50",
      BUDGET_OF: "stage",
    });
  });

  it.each<[name: string, value: string, sentence: string]>([
    [
      "OPERATOR_EMAILS",
      "olivia",
      "OPERATOR_EMAILS in the environment is broken: olivia must be an email address.",
    ],
    ["OPERATOR_EMAILS", "\u212aate@example.com", "must be an email address"],
    ["OPERATOR_EMAILS", " , ", "must name the operators' email addresses"],
    ["AWS_REGION", "Frankfurt", "must be a region of AWS"],
    ["DOMAIN", "https://stripe.example.com/", "DOMAIN in the environment is broken: it must be a host name"],
    ["DOMAIN", "localhost", "must be a host name"],
    ["DOMAIN", "127.0.0.1", "must be a host name"],
    ["BRANDED_DOMAINS", "shop.example.com, -shop.example.com", "-shop.example.com must be a host name"],
    ["BRANDED_DOMAINS", "*.com", "*.com must be a host name, such as shop.example.com, or a wildcard"],
    ["DOMAIN", "*.example.com", "must be a host name"],
    ["CERTIFICATE_ARN", "mine", "must be the ARN of a certificate in ACM"],
    ["CERTIFICATE_ARN", "arn:aws:acm:us-east-1:123456789012:certificate/1", "in the stage's own region"],
    ["OIDC_ISSUER", "http://login.example.com", "must be an https address"],
    [
      "OIDC_ISSUER",
      "https://login.example.com",
      "OIDC_CLIENT_ID is missing in .env.prod and in the environment",
    ],
    ["OIDC_CLIENT_ID", "convene", "OIDC_ISSUER is missing"],
    ["ALARM_EMAIL", "pager", "ALARM_EMAIL in the environment is broken: it must be an email address."],
    ["EVENT_RETENTION_DAYS", "44", "must be a whole number of days from 45"],
    ["EVENT_RETENTION_DAYS", "forever", "must be a whole number of days from 45"],
    ["EVENT_RETENTION_DAYS", "10000", "must be a whole number of days from 45"],
    ["MONTHLY_BUDGET_USD", "-1", "must be a whole number of dollars"],
    ["MONTHLY_BUDGET_USD", "12.50", "must be a whole number of dollars"],
    ["BUDGET_OF", "everything", "BUDGET_OF in the environment is broken: it must be stage or account."],
  ])("cannot have %s as %s", (name, value, sentence) => {
    vi.stubEnv("OPERATOR_EMAILS", "olivia@convene.example");
    vi.stubEnv(name, value);
    expect(() => stageSettings("prod")).toThrow(sentence);
  });

  it("of prod say who hears of its alarms", () => {
    vi.stubEnv("OPERATOR_EMAILS", "olivia@convene.example");
    expect(() => stageSettings("prod")).toThrow(
      "ALARM_EMAIL is missing in .env.prod and in the environment: somebody must hear of prod's alarms.",
    );
    vi.stubEnv("ALARM_EMAIL", "pager@convene.example");
    expect(stageSettings("prod")).toMatchObject({ ALARM_EMAIL: "pager@convene.example" });
  });

  it("say what is missing", () => {
    expect(() => stageSettings("prod")).toThrow(
      "OPERATOR_EMAILS is missing in .env.prod and in the environment",
    );
  });

  it("are made for serverless.yml, with nothing of another stage's", () => {
    vi.stubEnv("OPERATOR_EMAILS", "olivia@convene.example");
    vi.stubEnv("BRANDED_DOMAINS", "shop.example.com *.Shops.example.com");
    vi.stubEnv("DOMAIN", "stripe.example.com");
    const settings = stageSettings("try");
    expect(hostsOf(settings)).toEqual(["stripe.example.com", "shop.example.com", "*.shops.example.com"]);
    expect(
      asEnvironment(settings, {
        certificates: { "stripe.example.com": "arn" },
        boundary: "arn:b",
        streams: { events: "", orders: "" },
        reserved: 250,
        release: "abc 2026",
      }),
    ).toEqual({
      AWS_REGION: "eu-central-1",
      OPERATOR_EMAILS: "olivia@convene.example",
      DOMAIN: "stripe.example.com",
      BRANDED_DOMAINS: "shop.example.com,*.shops.example.com",
      CERTIFICATES: '{"stripe.example.com":"arn"}',
      OIDC_ISSUER: "",
      OIDC_CLIENT_ID: "",
      ALARM_EMAIL: "",
      EVENT_RETENTION_DAYS: "45",
      MONTHLY_BUDGET_USD: "50",
      BUDGET_OF: "stage",
      PERMISSIONS_BOUNDARY: "arn:b",
      EVENTS_STREAM_ARN: "",
      ORDERS_STREAM_ARN: "",
      RESERVED_CONCURRENCY: "250",
      MAIL_FROM: "",
      RELEASE: "abc 2026",
    });
  });
});

describe("the file of a stage's settings", () => {
  const write = (text: string): void => writeFileSync(join(folder, ".env.prod"), text);

  it("has what is not in the environment", () => {
    write("OPERATOR_EMAILS=file@convene.example\nALARM_EMAIL=pager@convene.example\n");
    vi.stubEnv("OPERATOR_EMAILS", "olivia@convene.example");
    expect(stageSettings("prod")).toMatchObject({
      OPERATOR_EMAILS: ["olivia@convene.example"],
      ALARM_EMAIL: "pager@convene.example",
    });
  });

  it("is named where it is wrong", () => {
    write("OPERATOR_EMAILS=olivia\n");
    expect(() => stageSettings("prod")).toThrow("OPERATOR_EMAILS in .env.prod is broken");
  });

  it("is not outvoted by a terminal's region, but by --region", () => {
    write("OPERATOR_EMAILS=olivia@convene.example\nAWS_REGION=eu-west-1\n");
    expect(stageRegion("prod")).toBe("eu-west-1");
    vi.stubEnv("AWS_REGION", "us-east-1");
    expect(() => stageRegion("prod")).toThrow(
      "AWS_REGION is us-east-1 in the environment, but eu-west-1 in .env.prod",
    );
    expect(stageRegion("prod", "us-east-1")).toBe("us-east-1");
    expect(() => stageRegion("prod", "mars")).toThrow("AWS_REGION in --region is broken");
  });
});
