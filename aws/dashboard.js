const REGION = "${AWS::Region}";
const NAME = "${self:service}-${sls:stage}";
const functionOf = (name) => `${NAME}-${name}`;

/** Three widgets a row, each a third of the dashboard's 24 columns. */
const widget = (title, metrics, properties, index) => ({
  type: "metric",
  x: (index % 3) * 8,
  y: Math.floor(index / 3) * 6,
  width: 8,
  height: 6,
  properties: { title, metrics, region: REGION, period: 60, view: "timeSeries", ...properties },
});

const ours = (metric, label, properties = {}) => [
  "ConveneStripe",
  metric,
  "stage",
  "${sls:stage}",
  { label, ...properties },
];
const lambda = (metric, name, properties = {}) => [
  "AWS/Lambda",
  metric,
  "FunctionName",
  functionOf(name),
  { label: name, ...properties },
];
const api = (metric, properties = {}) => [
  "AWS/ApiGateway",
  metric,
  "ApiId",
  "${HttpApi}",
  "Stage",
  "$default",
  properties,
];
const table = (metric, name) => ["AWS/DynamoDB", metric, "TableName", `${NAME}-${name}`, { label: name }];

/** What an operator wants to see first, first. */
const widgets = [
  [
    "How events end, a minute",
    [
      ours("EventsSucceeded", "succeeded"),
      ours("EventsIgnored", "ignored"),
      ours("EventsRetrying", "retrying"),
      ours("EventsDead", "dead"),
    ],
    { stat: "Sum" },
  ],
  ["The oldest that is due, s", [ours("OldestDueSeconds", "overdue by")], { stat: "Maximum" }],
  [
    "Deliveries, a minute",
    [
      lambda("Invocations", "receiveStripeEvent", { label: "received" }),
      ours("DeliveriesRefused", "refused"),
    ],
    { stat: "Sum" },
  ],
  [
    "A run of a handler, ms",
    [ours("RunMs", "median", { stat: "p50" }), ours("RunMs", "p99", { stat: "p99" })],
    {},
  ],
  [
    "Receiving, ms",
    [
      lambda("Duration", "receiveStripeEvent", { label: "median", stat: "p50" }),
      lambda("Duration", "receiveStripeEvent", { label: "p99", stat: "p99" }),
    ],
    {},
  ],
  ["Behind the stream, ms", [lambda("IteratorAge", "dispatchStripeEvents")], { stat: "Maximum" }],
  [
    "What dispatch leaves, a minute",
    [ours("FirstRunsByRetry", "first run by retry"), ours("RecordsReturned", "sent back to the stream")],
    { stat: "Sum" },
  ],
  [
    "The API's answers, a minute",
    [api("Count", { label: "all" }), api("4xx", { label: "4xx" }), api("5xx", { label: "5xx" })],
    { stat: "Sum" },
  ],
  [
    "Lambda's errors, a minute",
    [
      "receiveStripeEvent",
      "dispatchStripeEvents",
      "retryStripeEvents",
      "recoverSpaces",
      "checkConnections",
      "eraseBuyers",
      "settleDueOrders",
      "dispatchCallbacks",
      "retryCallbacks",
    ].map((name) => lambda("Errors", name)),
    { stat: "Sum" },
  ],
  [
    "Write units, a minute",
    ["settings", "events", "orders"].map((name) => table("ConsumedWriteCapacityUnits", name)),
    { stat: "Sum" },
  ],
  [
    "Checkouts, a minute",
    [ours("CheckoutsAnswered", "answered"), ours("CheckoutsFailed", "failed")],
    { stat: "Sum" },
  ],
  [
    "Stripe's answers, ms",
    [ours("StripeMs", "median", { stat: "p50" }), ours("StripeMs", "p99", { stat: "p99" })],
    {},
  ],
  [
    "What Stripe did not do, a minute",
    [ours("StripeRateLimited", "429"), ours("StripeFailed", "5xx, or no answer")],
    { stat: "Sum" },
  ],
  ["Sign-ins", [ours("SignInsDone", "done"), ours("SignInsFailed", "failed")], { stat: "Sum" }],
  [
    "Vendors' shares, a minute",
    [ours("SplitsDone", "right"), ours("SplitsOnHold", "put on hold")],
    { stat: "Sum" },
  ],
  [
    "Orders that are behind, s",
    [
      ours("OldestDueOrderSeconds", "due, overdue by"),
      ours("MovementUnknownSeconds", "a movement is unknown for"),
    ],
    { stat: "Maximum" },
  ],
  ["Money that is not proved, an hour", [ours("MoneyUnproved", "found")], { stat: "Sum", period: 3_600 }],
  ["Orders on hold, s", [ours("OrderHoldSeconds", "for")], { stat: "Maximum", period: 3_600 }],
];

export const Resources = {
  Dashboard: {
    Type: "AWS::CloudWatch::Dashboard",
    Properties: {
      DashboardName: `${NAME}-\${self:provider.region}`, // of all regions' dashboards, one of its name
      DashboardBody: {
        "Fn::Sub": JSON.stringify({ widgets: widgets.map((facts, index) => widget(...facts, index)) }),
      },
    },
  },
};
