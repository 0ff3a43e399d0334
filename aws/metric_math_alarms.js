/** One series of CloudWatch's, as an alarm adds it up. `Id` has lower-case letters, digits and underscores. */
const series = (Id, Namespace, MetricName, dimensions, Stat = "Sum") => ({
  Id,
  ReturnData: false,
  MetricStat: {
    Stat,
    Period: 300,
    Metric: {
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
  },
});

const NAME = "${self:service}-${sls:stage}";
const ofFunction = (metric, name) =>
  series(name.toLowerCase(), "AWS/Lambda", metric, { FunctionName: `${NAME}-${name}` });
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

const filled = (all) => all.map(({ Id }) => `FILL(${Id}, 0)`);
const sum = (all) => filled(all).join(" + ");
const greatest = (all) => `MAX([${filled(all).join(", ")}])`;

/** An alarm over several series. Quiet where there is nothing of any. `of` is how many of how many periods are over. */
const alarm = ({
  name,
  says,
  all,
  expression = sum,
  over = 0,
  of: [DatapointsToAlarm, EvaluationPeriods],
}) => ({
  Type: "AWS::CloudWatch::Alarm",
  Properties: {
    AlarmName: `${NAME}-${name}`,
    AlarmDescription: `${says} RUNBOOK.md, ${name}`,
    Metrics: [{ Id: "all", Expression: expression(all), Label: name }, ...all],
    EvaluationPeriods,
    DatapointsToAlarm,
    Threshold: over,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "notBreaching",
    AlarmActions: [{ Ref: "AlarmTopic" }],
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

export const Resources = {
  IngestionFailuresAlarm: alarm({
    name: "ingestion-5xx",
    says: "Stripe's deliveries are answered 5xx; Stripe sends them again.",
    all: ofIngestion("5xx", "Sum"),
    of: [3, 6], // a small shop has a few events in each period; one that fails by chance is nothing
  }),
  IngestionRefusalsAlarm: alarm({
    name: "ingestion-4xx",
    says: "Many of Stripe's deliveries are answered 4xx for another reason than their signature, such as 429.",
    all: [
      ...ofIngestion("4xx", "Sum"),
      series("signatures", "ConveneStripe", "DeliveriesRefused", { stage: "${sls:stage}" }),
    ],
    expression: (all) => sum(all).replace(/\+ (?=FILL\(signatures)/, "- "),
    over: 50,
    of: [2, 3],
  }),
  IngestionLatencyAlarm: alarm({
    name: "ingestion-latency",
    says: "One in a hundred of Stripe's deliveries waits for more than 3 s.",
    all: ofIngestion("Latency", "p99"), // ms
    expression: greatest,
    over: 3_000,
    of: [2, 3],
  }),
  FunctionsFailAlarm: alarm({
    name: "functions-fail",
    says: "Receive, dispatch, retry, the settling of Orders, calling back or the sending of mails ends in errors or time-outs.",
    all: AT_WORK.map((name) => ofFunction("Errors", name)),
    of: [2, 3],
  }),
  // They run every ten minutes, once an hour and once a day: one error is tried again twice by Lambda, and a run that was given up is one
  // period (Lambda, "Types of metrics for Lambda functions", AsyncEventsDropped).
  SchedulesFailAlarm: alarm({
    name: "schedules-fail",
    says: "The hourly recovery or check of connections, the erasure of buyers, or the daily rotation of session keys, was given up after three errors.",
    all: [
      ofFunction("AsyncEventsDropped", "recoverSpaces"),
      ofFunction("AsyncEventsDropped", "checkConnections"),
      ofFunction("AsyncEventsDropped", "eraseBuyers"),
      ofFunction("AsyncEventsDropped", "rotateSessionKeys"),
    ],
    of: [1, 1],
  }),
  FunctionsThrottledAlarm: alarm({
    name: "functions-throttled",
    says: "Lambda has no room for receive, dispatch, retry, the settling of Orders, calling back or the sending of mails.",
    all: AT_WORK.map((name) => ofFunction("Throttles", name)),
    of: [2, 3],
  }),
  MailsBounceAlarm: alarm({
    name: "mails-bounce",
    says: "Mails bounce, or somebody complained of one; Amazon SES ends sending where that goes on.",
    all: ["Bounce", "Complaint", "Reject"].map((metric) =>
      series(metric.toLowerCase(), "AWS/SES", metric, { "ses:configuration-set": NAME }),
    ),
    over: 5,
    of: [1, 1],
  }),
  TablesThrottledAlarm: alarm({
    name: "tables-throttled",
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
