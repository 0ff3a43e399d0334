import { existsSync, globSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, inject, it } from "vitest";
import { packagedTemplate, resourcesOf, templateIn } from "../support/template.ts";

const prod = packagedTemplate(inject("prod"));
const withDomain = packagedTemplate(inject("withDomain"));
const alarms = resourcesOf(prod, "AWS::CloudWatch::Alarm");
const runbook = readFileSync("RUNBOOK.md", "utf8");
/** The runbook's table of alarms. */
const table = new Map(
  [...runbook.matchAll(/^\| \[([\w-]+)\]\(#\1\) \| (\d) \| (.*) \| (.*) \|$/gm)].map(
    ([, name = "", severity = "", reads = "", seen = ""]) => [name, { severity, reads, seen }] as const,
  ),
);
const nameOf = ({ AlarmName }: Record<string, unknown>): string =>
  String(AlarmName).replace("convene-stripe-prod-", "");

const Metric = v.object({
  Namespace: v.string(),
  MetricName: v.string(),
  Dimensions: v.array(v.object({ Name: v.string(), Value: v.unknown() })),
});
const Part = v.union([
  v.object({ Id: v.string(), Expression: v.string() }),
  v.object({
    Id: v.string(),
    ReturnData: v.literal(false),
    MetricStat: v.object({ Metric, Period: v.number() }),
  }),
]);
const Parts = v.array(Part);

/** The series that an alarm reads. */
const metricsOf = (properties: Record<string, unknown>) =>
  "Metrics" in properties
    ? v
        .parse(Parts, properties.Metrics)
        .flatMap((part) => ("MetricStat" in part ? [part.MetricStat.Metric] : []))
    : [v.parse(Metric, properties)];
const all = alarms.flatMap(([, { Properties }]) => metricsOf(Properties));

describe("the alarms", () => {
  it("are these", () => {
    expect(alarms.map(([, { Properties }]) => nameOf(Properties)).sort()).toEqual([
      "api-5xx",
      "callbacks-due",
      "checkouts-fail",
      "dead-events",
      "first-runs-late",
      "functions-fail",
      "functions-throttled",
      "hourly-stopped",
      "ingestion-4xx",
      "ingestion-5xx",
      "ingestion-latency",
      "mails-bounce",
      "mails-due",
      "minutely-stopped",
      "money-unproved",
      "movement-unknown",
      "oldest-due",
      "order-on-hold",
      "orders-due",
      "records-return",
      "recovery-lag",
      "refused-deliveries",
      "schedules-fail",
      "sign-ins-fail",
      "stream-age",
      "tables-throttled",
    ]);
  });

  it.each(alarms)("%s tells somebody, and where to read on", (_id, { Properties }) => {
    expect(Properties.AlarmActions).toEqual([{ Ref: "AlarmTopic" }]);
    const [, chapter] = /RUNBOOK\.md, ([\w-]+)$/.exec(String(Properties.AlarmDescription)) ?? [];
    expect(Properties.AlarmName).toBe(`convene-stripe-prod-${chapter}`);
    expect(runbook).toContain(`### ${chapter}\n`);
  });

  it("are as severe as the runbook says, by what a pager's filter goes by", () => {
    for (const [, { Properties }] of alarms)
      expect(Properties.AlarmDescription).toMatch(
        new RegExp(`^Severity ${table.get(nameOf(Properties))?.severity}\\. `),
      );
  });

  it("cost what the runbook's bill says", () => {
    const dollars = (all.length / 10).toFixed(2);
    expect(runbook).toContain(`| alarms | ${all.length} metrics in ${alarms.length} alarms | ${dollars} |`);
  });

  it("look at this stage alone, so that nobody else's trouble rings here", () => {
    for (const { MetricName, Dimensions } of all)
      expect([MetricName, JSON.stringify(Dimensions)]).toEqual([
        MetricName,
        expect.stringMatching(/prod|HttpApi/),
      ]);
  });

  it("go to an address by mail where there is one", () => {
    expect(prod.Parameters.AlarmEmail?.Default).toBe("");
    expect(withDomain.Parameters.AlarmEmail?.Default).toBe("pager@convene.example");
    expect(prod.Resources.AlarmEmailSubscription?.Condition).toBe("HasAlarmEmail");
  });

  it("that fill what is missing look at several periods, since the last may be filled for being late", () => {
    for (const [, { Properties }] of alarms)
      if (JSON.stringify(Properties).includes("FILL"))
        expect([nameOf(Properties), Number(Properties.EvaluationPeriods) > 1]).toEqual([
          nameOf(Properties),
          true,
        ]);
  });
});

describe("what the alarms read", () => {
  it("is counted by the functions, where it is ours, and on the dashboard, too", () => {
    const sources = globSync(["lib/**/*.ts", "functions/**/*.ts"]).map((file) => readFileSync(file, "utf8"));
    const dashboard = JSON.stringify(resourcesOf(prod, "AWS::CloudWatch::Dashboard"));
    const wanted = new Set([
      ...all.flatMap(({ Namespace, MetricName }) => (Namespace === "ConveneStripe" ? [MetricName] : [])),
      ...[...dashboard.matchAll(/ConveneStripe\W+(\w+)/g)].map(([, name = ""]) => name),
    ]);
    expect(wanted.size).toBeGreaterThan(20);
    for (const name of wanted)
      expect([name, sources.some((text) => new RegExp(`\\b${name}\\b`).test(text))]).toEqual([name, true]);
    for (const { Namespace, Dimensions } of all)
      if (Namespace === "ConveneStripe") expect(Dimensions).toEqual([{ Name: "stage", Value: "prod" }]);
  });

  /** Metrics of AWS's, with the sets of dimensions that AWS has them by, and the page that says so. */
  const AWS_METRICS: Record<string, { names: string[]; by: string[][] }> = {
    // Lambda docs, "Types of metrics for Lambda functions"
    "AWS/Lambda": {
      names: ["AsyncEventsDropped", "Errors", "Invocations", "IteratorAge", "Throttles"],
      by: [["FunctionName"]],
    },
    // API Gateway docs, "Working with metrics for HTTP APIs"; the last only where a route has detailed metrics
    "AWS/ApiGateway": {
      names: ["4xx", "5xx", "Latency"],
      by: [
        ["ApiId", "Stage"],
        ["ApiId", "Method", "Resource", "Stage"],
      ],
    },
    // DynamoDB docs, "DynamoDB Metrics and dimensions"
    "AWS/DynamoDB": {
      names: ["ReadThrottleEvents", "WriteThrottleEvents"],
      by: [["TableName"], ["GlobalSecondaryIndexName", "TableName"]],
    },
    // SES docs, "Monitoring email sending using Amazon SES event publishing", of aws/mails.yml's destination
    "AWS/SES": { names: ["Bounce", "Complaint", "Reject"], by: [["ses:configuration-set"]] },
  };

  it("is what AWS counts, where it is AWS's", () => {
    for (const { Namespace, MetricName, Dimensions } of all) {
      const known = AWS_METRICS[Namespace];
      if (Namespace === "ConveneStripe") continue;
      expect([Namespace, known?.names]).toEqual([Namespace, expect.arrayContaining([MetricName])]);
      expect(known?.by).toContainEqual(Dimensions.map(({ Name }) => Name).sort());
    }
  });

  it("is of functions, tables, indexes and measured routes that there are", () => {
    const functions = resourcesOf(prod, "AWS::Lambda::Function").map(
      ([, { Properties }]) => Properties.FunctionName,
    );
    const tables = JSON.stringify(resourcesOf(templateIn("aws/data.yml"), "AWS::DynamoDB::Table"));
    const isMeasured = (settings: unknown) =>
      v.is(v.object({ DetailedMetricsEnabled: v.literal(true) }), settings);
    const measured = Object.entries(prod.Resources.HttpApiStage?.Properties.RouteSettings ?? {})
      .filter(([, settings]) => isMeasured(settings))
      .map(([route]) => route);
    for (const { Dimensions } of all) {
      const { FunctionName, TableName, GlobalSecondaryIndexName, Method, Resource } = Object.fromEntries(
        Dimensions.map(({ Name, Value }) => [Name, Value]),
      );
      if (FunctionName) expect(functions).toContain(FunctionName);
      if (TableName) expect(tables).toContain(String(TableName).replace("-prod-", "-${Stage}-"));
      if (GlobalSecondaryIndexName) expect(tables).toContain(`"IndexName":"${GlobalSecondaryIndexName}"`);
      if (Resource) expect(measured).toContain(`${Method} ${Resource}`);
    }
  });

  it("was seen to move, by the test that the runbook names, or is said not to have been", () => {
    for (const [, { Properties }] of alarms) {
      const { reads = "", seen = "" } = table.get(nameOf(Properties)) ?? {};
      const files = [...seen.matchAll(/\((test\/[\w/.]+)\)/g)].map(([, file = ""]) => file);
      for (const { MetricName } of metricsOf(Properties)) {
        expect(reads).toContain(`\`${MetricName}\``);
        const isSeen = files.some(
          (file) => existsSync(file) && readFileSync(file, "utf8").includes(MetricName),
        );
        expect([nameOf(Properties), MetricName, isSeen || seen.includes("not seen")]).toEqual([
          nameOf(Properties),
          MetricName,
          true,
        ]);
      }
    }
  });
});

/**
 * What an expression comes to at one time: of series that have no value then, and whether FILL fills one that never had any,
 * CloudWatch's docs leave open, so here it does not.
 */
function evaluated(properties: Record<string, unknown>, values: Record<string, number>): number {
  const parts = v.parse(Parts, properties.Metrics);
  const ids = parts.flatMap((part) => ("MetricStat" in part ? [part.Id] : []));
  const expression = parts.flatMap((part) => ("Expression" in part ? [part.Expression] : [])).join();
  const there = (list: (number | undefined)[]): number[] =>
    list.filter((value) => value !== undefined && !Number.isNaN(value)) as number[];
  const evaluate = new Function("SUM", "MAX", "FILL", "IF", ...ids, `return Number(${expression})`);
  return evaluate(
    (list: number[]) => there(list).reduce((sum, each) => sum + each, 0),
    (list: number[]) => Math.max(0, ...there(list)),
    (value: number | undefined) => value,
    (condition: boolean, yes: number, no: number) => (condition ? yes : no),
    ...ids.map((id) => values[id]),
  );
}

/** Whether a period with these values, of which the series that are not named have none, counts for the alarm. */
function counts(name: string, values: Record<string, number>): boolean {
  const [, { Properties = {} } = {}] = alarms.find(([, alarm]) => nameOf(alarm.Properties) === name) ?? [];
  const { ComparisonOperator, Threshold } = Properties;
  const value = evaluated(Properties, values);
  return ComparisonOperator === "LessThanThreshold" ? value < Number(Threshold) : value > Number(Threshold);
}

describe("an alarm over several series", () => {
  it.each<[name: string, why: string, values: Record<string, number>]>([
    ["ingestion-5xx", "of a stage without traffic at a branded domain", { space: 1 }],
    ["ingestion-5xx", "at a branded domain alone", { branded_marketplace: 1 }],
    ["ingestion-4xx", "of 429, and none of a signature", { space: 51 }],
    ["ingestion-latency", "of a stage without traffic at a branded domain", { marketplace: 3_001 }],
    ["functions-fail", "of a stage that sends no mails", { settledueorders: 1 }],
    ["functions-throttled", "of one function", { receivestripeevent: 1 }],
    ["schedules-fail", "of one function", { erasebuyers: 1 }],
    ["tables-throttled", "of an index", { orders_outbox_write: 1 }],
    ["mails-bounce", "of two kinds", { bounce: 3, complaint: 3 }],
    ["checkouts-fail", "of all of a small shop's", { failed: 1 }],
    ["checkouts-fail", "of one in nine", { failed: 1, answered: 8 }],
    ["checkouts-fail", "of functions that end, or do not begin", { errors: 1, throttles: 1, answered: 2 }],
    ["sign-ins-fail", "of all", { failed: 1 }],
    [
      "minutely-stopped",
      "of one that stopped",
      { retrystripeevents: 5, settledueorders: 5, retrycallbacks: 5 },
    ],
    ["minutely-stopped", "of all", {}],
    ["hourly-stopped", "of one", { recoverspaces: 1, checkconnections: 1, erasebuyers: 6 }],
  ])("%s counts a period %s", (name, _why, values) => {
    expect(counts(name, values)).toBe(true);
  });

  it.each<[name: string, why: string, values: Record<string, number>]>([
    ["ingestion-5xx", "of good ones", { space: 0, branded: 0 }],
    ["ingestion-4xx", "of strangers who guess at secrets", { space: 6_000, signatures: 5_800 }],
    ["ingestion-4xx", "of a check of 60 Spaces", { space: 60, self_tests: 60 }],
    ["checkouts-fail", "of one failure among many", { failed: 1, answered: 10 }],
    ["sign-ins-fail", "in which somebody got in", { failed: 20, done: 1 }],
    [
      "minutely-stopped",
      "in which all ran",
      { retrystripeevents: 5, settledueorders: 5, retrycallbacks: 4, senddue: 5, sendduemails: 5 },
    ],
    [
      "hourly-stopped",
      "in which all ran",
      { recoverspaces: 1, checkconnections: 1, erasebuyers: 6, rotatesessionkeys: 1 },
    ],
  ])("%s passes over a period %s", (name, _why, values) => {
    expect(counts(name, values)).toBe(false);
  });

  it("is quiet where there is nothing of any, unless silence is what it is for", () => {
    for (const [, { Properties }] of alarms)
      if ("Metrics" in Properties)
        expect([nameOf(Properties), counts(nameOf(Properties), {})]).toEqual([
          nameOf(Properties),
          nameOf(Properties).endsWith("-stopped"),
        ]);
  });
});
