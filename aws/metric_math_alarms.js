const HOUR = 3_600;

/** One series of CloudWatch's, as an alarm adds it up. `Id` has lower-case letters, digits and underscores; `Period` is in s. */
const series = (Id, Namespace, MetricName, dimensions, Stat = "Sum", Period = 300) => ({
  Id,
  ReturnData: false,
  MetricStat: {
    Stat,
    Period,
    Metric: {
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
  },
});

const NAME = "${self:service}-${sls:stage}";
const ofFunction = (metric, name, Period) =>
  series(name.toLowerCase(), "AWS/Lambda", metric, { FunctionName: `${NAME}-${name}` }, "Sum", Period);
const ours = (Id, metric, Period) =>
  series(Id, "ConveneStripe", metric, { stage: "${sls:stage}" }, "Sum", Period);
const ofTable = (calls, name, index) =>
  series(
    [name, index, calls.toLowerCase()].filter(Boolean).join("_"),
    "AWS/DynamoDB",
    `${calls}ThrottleEvents`,
    { TableName: `${NAME}-${name}`, ...(index && { GlobalSecondaryIndexName: index }) },
  );

/** Where Stripe posts events. Their routes alone have detailed metrics; see http_api.yml. */
const INGESTION = {
  space: "/spaces/{space}/stripe_events",
  branded: "/stripe_events",
  marketplace: "/spaces/{space}/rooms/{room}/marketplaces/{marketplace}/stripe_events",
  branded_marketplace: "/rooms/{room}/marketplaces/{marketplace}/stripe_events",
};
const ofIngestion = (metric, stat) =>
  Object.entries(INGESTION).map(([id, Resource]) =>
    series(
      id,
      "AWS/ApiGateway",
      metric,
      { ApiId: { Ref: "HttpApi" }, Stage: "$default", Method: "POST", Resource },
      stat,
    ),
  );

// In an array, a series that never had a value, as that of a branded domain nobody uses, takes nothing from the others'; and
// of what is compared or added, what is missing counts as 0 (CloudWatch docs, "Using math expressions").
const filled = (all) => all.map(({ Id }) => `FILL(${Id}, 0)`);
const sum = (all) => `SUM([${filled(all).join(", ")}])`;
const greatest = (all) => `MAX([${filled(all).join(", ")}])`;
const howManyAreThere = (all) =>
  filled(all)
    .map((each) => `(${each} > 0)`)
    .join(" + ");

/**
 * An alarm over several series, which rings where their expression is `over` a number, or `under` one; quiet where there is
 * nothing of any, or, of `under`, ringing. `of` is how many of how many periods are so: never the last one alone, which FILL
 * may have filled just because it is late (same docs).
 */
const alarm = ({
  name,
  severity,
  says,
  all,
  expression = sum,
  over = 0,
  under,
  of: [DatapointsToAlarm, EvaluationPeriods],
}) => ({
  Type: "AWS::CloudWatch::Alarm",
  Properties: {
    AlarmName: `${NAME}-${name}`,
    AlarmDescription: `Severity ${severity}. ${says} RUNBOOK.md, ${name}`,
    Metrics: [{ Id: "all", Expression: expression(all), Label: name }, ...all],
    EvaluationPeriods,
    DatapointsToAlarm,
    Threshold: under ?? over,
    ComparisonOperator: under === undefined ? "GreaterThanThreshold" : "LessThanThreshold",
    TreatMissingData: under === undefined ? "notBreaching" : "breaching",
    AlarmActions: [{ Ref: "AlarmTopic" }],
    ...(under !== undefined && { OKActions: [{ Ref: "AlarmTopic" }] }),
  },
});

/** What runs all the time. */
const AT_WORK = [
  "receiveStripeEvent",
  "dispatchStripeEvents",
  "retryStripeEvents",
  "settleDueOrders",
  "dispatchCallbacks",
  "retryCallbacks",
  "sendMails",
  "sendDueMails",
];

/** What nobody calls but the clock: every minute, and every hour at least. */
const MINUTELY = ["retryStripeEvents", "settleDueOrders", "retryCallbacks", "sendDueMails"];
const HOURLY = ["recoverSpaces", "checkConnections", "eraseBuyers", "rotateSessionKeys"];

export const Resources = {
  IngestionFailuresAlarm: alarm({
    name: "ingestion-5xx",
    severity: 1,
    says: "Stripe's deliveries are answered 5xx; Stripe sends them again.",
    all: ofIngestion("5xx", "Sum"),
    of: [3, 6], // a small shop has a few events in each period; one that fails by chance is nothing
  }),
  IngestionRefusalsAlarm: alarm({
    name: "ingestion-4xx",
    severity: 2,
    says: "Many of Stripe's deliveries are answered 4xx for another reason than their signature, such as 429.",
    all: [
      ...ofIngestion("4xx", "Sum"),
      ours("signatures", "DeliveriesRefused"),
      ours("self_tests", "SelfTestsVerified"),
    ],
    // Refusals are said some seconds late, and those that a Lambda ended with never: a tenth more is taken off.
    expression: (all) => sum(all).replaceAll(/(?=FILL\((?:signatures|self_tests))/g, "-1.1 * "),
    over: 50,
    of: [2, 3],
  }),
  IngestionLatencyAlarm: alarm({
    name: "ingestion-latency",
    severity: 3,
    says: "One in a hundred of Stripe's deliveries waits for more than 3 s.",
    all: ofIngestion("Latency", "p99"), // ms
    expression: greatest,
    over: 3_000,
    of: [2, 3],
  }),
  FunctionsFailAlarm: alarm({
    name: "functions-fail",
    severity: 2,
    says: "Receive, dispatch, retry, the settling of Orders, calling back or the sending of mails ends in errors or time-outs.",
    all: AT_WORK.map((name) => ofFunction("Errors", name)),
    of: [2, 3],
  }),
  // Of one error Lambda tries again twice, and a run that was given up is one period (Lambda docs, "Types of metrics for
  // Lambda functions", AsyncEventsDropped).
  SchedulesFailAlarm: alarm({
    name: "schedules-fail",
    severity: 3,
    says: "The hourly recovery, check of connections or look at session keys, or the erasure of buyers, was given up after three errors.",
    all: HOURLY.map((name) => ofFunction("AsyncEventsDropped", name)),
    of: [1, 3],
  }),
  FunctionsThrottledAlarm: alarm({
    name: "functions-throttled",
    severity: 1,
    says: "Lambda has no room for receive, dispatch, retry, the settling of Orders, calling back or the sending of mails.",
    all: AT_WORK.map((name) => ofFunction("Throttles", name)),
    of: [2, 3],
  }),
  MinutelyStoppedAlarm: alarm({
    name: "minutely-stopped",
    severity: 1,
    says: "What runs every minute does not run: retry, the settling of Orders, calling back or the sending of mails.",
    all: MINUTELY.map((name) => ofFunction("Invocations", name)),
    expression: howManyAreThere,
    under: MINUTELY.length,
    of: [2, 3],
  }),
  HourlyStoppedAlarm: alarm({
    name: "hourly-stopped",
    severity: 2,
    says: "What runs every hour does not run: recovery, the check of connections, the erasure of buyers or the look at session keys.",
    all: HOURLY.map((name) => ofFunction("Invocations", name, HOUR)),
    expression: howManyAreThere,
    under: HOURLY.length,
    of: [2, 3],
  }),
  CheckoutsFailAlarm: alarm({
    name: "checkouts-fail",
    severity: 1,
    says: "More than one checkout in ten fails, and not for what the shop or the Space did.",
    all: [
      ours("failed", "CheckoutsFailed"),
      { ...ofFunction("Errors", "createCheckout"), Id: "errors" },
      { ...ofFunction("Throttles", "createCheckout"), Id: "throttles" },
      ours("answered", "CheckoutsAnswered"),
    ],
    expression: (all) => {
      const lost = sum(all.slice(0, -1));
      return `IF(10 * ${lost} > ${sum(all)}, ${lost}, 0)`;
    },
    of: [2, 12], // a small shop has few, and its buyers try again
  }),
  SignInsFailAlarm: alarm({
    name: "sign-ins-fail",
    severity: 2,
    says: "Sign-ins fail, and none succeeds.",
    all: [ours("failed", "SignInsFailed", HOUR / 4), ours("done", "SignInsDone", HOUR / 4)],
    expression: ([failed, done]) => `IF(${sum([done])} < 1, ${sum([failed])}, 0)`,
    of: [2, 3],
  }),
  MailsBounceAlarm: alarm({
    name: "mails-bounce",
    severity: 3,
    says: "Mails bounce, or somebody complained of one; Amazon SES ends sending where that goes on.",
    all: ["Bounce", "Complaint", "Reject"].map((metric) =>
      series(metric.toLowerCase(), "AWS/SES", metric, { "ses:configuration-set": NAME }),
    ),
    over: 5,
    of: [1, 3],
  }),
  TablesThrottledAlarm: alarm({
    name: "tables-throttled",
    severity: 2,
    says: "DynamoDB throttles a table or an index.",
    all: [
      ofTable("Read", "settings"),
      ofTable("Write", "settings"),
      ofTable("Write", "events"),
      ofTable("Write", "events", "due"),
      ofTable("Write", "events", "log"),
      ofTable("Read", "orders"),
      ofTable("Write", "orders"),
      ofTable("Write", "orders", "due"),
      ofTable("Write", "orders", "attention"),
      ofTable("Write", "orders", "outbox"),
    ],
    of: [2, 3],
  }),
};
