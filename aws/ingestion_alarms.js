/** Where Stripe posts events. Their routes alone have detailed metrics; see http_api.yml. */
const PATHS = {
  space: "/spaces/{space}/stripe_events",
  branded: "/stripe_events",
  marketplace: "/spaces/{space}/rooms/{room}/marketplaces/{marketplace}/stripe_events",
  branded_marketplace: "/rooms/{room}/marketplaces/{marketplace}/stripe_events",
};

/** An alarm on one of API Gateway's metrics over all these routes. Quiet where nobody posts. */
const alarm = ({ name, says, metric, stat, expression, threshold }) => ({
  Type: "AWS::CloudWatch::Alarm",
  Properties: {
    AlarmName: `\${self:service}-\${sls:stage}-${name}`,
    AlarmDescription: `${says} RUNBOOK.md, ${name}`,
    Metrics: [
      { Id: "all", Expression: expression, Label: metric },
      ...Object.entries(PATHS).map(([Id, path]) => ({
        Id,
        ReturnData: false,
        MetricStat: {
          Stat: stat,
          Period: 300,
          Metric: {
            Namespace: "AWS/ApiGateway",
            MetricName: metric,
            Dimensions: [
              { Name: "ApiId", Value: { Ref: "HttpApi" } },
              { Name: "Stage", Value: "$default" },
              { Name: "Method", Value: "POST" },
              { Name: "Resource", Value: path },
            ],
          },
        },
      })),
    ],
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    Threshold: threshold,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "notBreaching",
    AlarmActions: [{ Ref: "AlarmTopic" }],
  },
});

const filled = Object.keys(PATHS).map((id) => `FILL(${id}, 0)`);

export const Resources = {
  IngestionFailuresAlarm: alarm({
    name: "ingestion-5xx",
    says: "Stripe's deliveries are answered 5xx; Stripe sends them again.",
    metric: "5xx",
    stat: "Sum",
    expression: filled.join(" + "),
    threshold: 5,
  }),
  IngestionLatencyAlarm: alarm({
    name: "ingestion-latency",
    says: "One in a hundred of Stripe's deliveries waits for more than 3 s.",
    metric: "Latency", // ms
    stat: "p99",
    expression: `MAX([${filled.join(", ")}])`,
    threshold: 3_000,
  }),
};
