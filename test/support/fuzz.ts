import fc from "fast-check";
import { expect } from "vitest";

/** How many requests a run makes, and from which seed: the same seed makes the same requests. */
export const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 300);
export const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Stands for the id of something that is there; whoever sends the request puts it in. */
export const OWN = Symbol("an id of ours");

export type FuzzedRequest = {
  method: string;
  /** A route's path, its parameters in braces. */
  path: string;
  parameters: Record<string, string | typeof OWN>;
  query: [name: string, value: string][];
  headers: Record<string, string>;
  body: Buffer;
  /** Whose session or API key goes along. */
  who: "nobody" | "a forged key" | "a program" | "a person";
  signature: "none" | "right" | "wrong" | "nonsense";
};

const HOSTILE = [
  "",
  "__proto__",
  "constructor",
  "toString",
  "a\r\nx-injected: 1",
  "\0",
  "\uD800",
  "\u202Eabc",
  "K",
  "../../../etc/passwd",
  "%2e%2e%2f",
  "%ff",
  "<script>alert(1)</script>",
  '"><img src=x>',
  "SPACE#demo",
  "self-test",
  "demo",
  "a".repeat(63),
  "a".repeat(70_000),
  "00000000-0000-4000-8000-000000000000",
  "evt_1",
  "acct_1032D82eZvKYlo2C",
  "cs_test_a1",
  "01JDX7Q3M6Y3Z0Q8V4W2K5N9TB",
  "-1",
  "1e999",
  "null",
  "https://example.com/",
  "someone@example.com",
  "whsec_…4242",
  "{{7*7}}",
];
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.uuid({ version: 4 }) },
);

/** What our routes take, so that what is wrong is their values. */
const FIELDS = [
  "add_representative",
  "add_webhook_secret",
  "api_key_name",
  "api_token",
  "branded_domain",
  "cancel_url",
  "checkout_session",
  "client_id",
  "csrf",
  "currency",
  "customer_email",
  "delivery_amount",
  "email",
  "id",
  "line_items",
  "marketplace_name",
  "name",
  "placed_at",
  "product_total",
  "quantity",
  "remove_representative",
  "retire_webhook_secret",
  "scope",
  "space",
  "stripe_account",
  "stripe_webhook_endpoint_secret",
  "success_url",
  "tax_amount",
  "unit_amount",
  "utility_name",
  "version",
];
const field = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...FIELDS) }, hostile);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    hostile,
    fc.constantFrom(null, true, false, 0, -1, 2 ** 53, 1.5, 1e308),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(field, tie("value"), { maxKeys: 6 }),
  ),
})).value;

const deep = fc
  .tuple(fc.constantFrom("[", '{"a":', '{"__proto__":'), fc.integer({ min: 1, max: 20_000 }))
  .map(([open, depth]) => open.repeat(depth));

const mostly = <Good, Bad>(good: fc.Arbitrary<Good>, bad: fc.Arbitrary<Bad>) =>
  fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: bad });

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** What an event is about; of the deepest, as deep as 4 KB can be. */
const object = fc.oneof(
  { weight: 3, arbitrary: json.map((more) => ({ id: "cs_test_a1", metadata: {}, more })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 2_000 }).map((depth) => ({ id: "cs_test_a1", more: nested(depth) })),
  },
);

/** An event, whole or with something of it wrong. */
const event = fc
  .record({
    id: mostly(
      fc.uuid().map((id) => `evt_${id}`),
      hostile,
    ),
    type: mostly(fc.constantFrom("checkout.session.completed", "account.updated", "charge.updated"), json),
    created: mostly(fc.integer({ min: 0, max: 2 ** 31 }), json),
    account: mostly(fc.constant("acct_1032D82eZvKYlo2C"), json),
    livemode: mostly(fc.boolean(), json),
    data: mostly(fc.record({ object }), json),
  })
  .map((facts) => ({ object: "event", api_version: null, ...facts }));

const textBody = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(field, json, { maxKeys: 8 }).map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: json.map((body) => JSON.stringify(body) ?? "") },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.tuple(field, hostile), { maxLength: 8 })
      .map((pairs) =>
        new URLSearchParams(pairs.map(([name, value]) => [name, value.toWellFormed()])).toString(),
      ),
  },
  { weight: 3, arbitrary: event.map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: hostile },
);
const body = fc.oneof(
  { weight: 6, arbitrary: textBody.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constant(Buffer.from("\xff\xfe{\x80}", "latin1")) },
);

const delivery = fc.oneof(
  { weight: 2, arbitrary: event.map((each) => Buffer.from(JSON.stringify(each))) },
  { weight: 1, arbitrary: body },
);

const headers = fc.record(
  {
    accept: fc.constantFrom("text/html", "application/json", "*/*", "text/html;q=0.9, */*;q=0.8", ";;q=,"),
    "content-type": fc.constantFrom(
      "application/json",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/json; charset=utf-7",
      "nonsense",
    ),
    "idempotency-key": fc.constantFrom("", "k", "k".repeat(300), "é", "a b"),
    origin: fc.constantFrom("null", "https://evil.example", "nonsense"),
    referer: fc.constantFrom("https://evil.example/x", "nonsense", "//evil.example"),
    cookie: fc.constantFrom(
      "session=x",
      "session=",
      "=",
      "notice=eyJhbGciOiJkaXIifQ..a.b.c",
      "session=a; session=b",
    ),
    "x-csrf-token": fc.constantFrom("", "x", "é".repeat(43)),
    "x-forwarded-host": fc.constant("evil.example"),
    host: fc.constantFrom("evil.example", "convene.invalid:3000", "..", "a".repeat(300), "[::1]:3000"),
  },
  { requiredKeys: [] },
);

/** Requests to the given routes (`GET /spaces/{space}`), and to paths that are none. */
export function fuzzedRequests(routes: string[]): fc.Arbitrary<FuzzedRequest> {
  const isReceiving = (route: string): boolean => /^POST .*\/stripe_events$/.test(route);
  const route = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...routes) },
    // What strangers may send the most to, and what it is shown by.
    { weight: 5, arbitrary: fc.constantFrom(...routes.filter(isReceiving)) },
    { weight: 3, arbitrary: fc.constantFrom(...routes.filter((each) => /^GET .*\{event\}$/.test(each))) },
    { weight: 1, arbitrary: fc.constant("GET /{path}") },
  );
  return route.chain((chosen) => {
    const [method = "", path = ""] = chosen.split(" ");
    const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = ""]) => name);
    return fc.record({
      method: fc.oneof({ weight: 30, arbitrary: fc.constant(method) }, fc.constantFrom("GET", "POST")),
      path: fc.constant(path.replace("+}", "}")),
      parameters: fc.record(
        Object.fromEntries(
          names.map((name) => [
            name,
            // Most are there, so that what is behind them is reached, too.
            fc.oneof(
              { weight: 8, arbitrary: fc.constant<string | typeof OWN>(OWN) },
              { weight: 1, arbitrary: fc.uuid({ version: 4 }) },
              { weight: 1, arbitrary: hostile },
            ),
          ]),
        ),
      ),
      query: fc.oneof(
        { weight: 5, arbitrary: fc.constant<[name: string, value: string][]>([]) },
        fc.array(
          fc.tuple(
            fc.oneof(
              fc.constantFrom("limit", "next", "status", "q", "to", "state", "code", "error"),
              hostile,
            ),
            hostile,
          ),
          { maxLength: 3 },
        ),
      ),
      headers,
      body: method === "GET" ? fc.constant(Buffer.alloc(0)) : isReceiving(chosen) ? delivery : body,
      who: fc.constantFrom("nobody", "a forged key", "a program", "a program", "a person", "a person"),
      signature: fc.constantFrom("none", "right", "right", "wrong", "nonsense"),
    });
  });
}

/** Of a stack, a file of ours or of a package, and a secret as it is sealed. */
const NEVER = [
  /\n\s+at .+:\d+:\d+/,
  /node_modules/,
  /\/(?:lib|functions|local)\/[\w/]+\.ts/,
  /eyJhbGciOiJkaXIi/,
];
/** Of what was sent, in a page: it would be markup. */
const NEVER_IN_A_PAGE = /<script(?! src="\/scripts\/\w+\.js" defer)|<img src=x/;

/** What an answer may be long: API Gateway takes 6 MB, and a person waits for far less. */
const MOST_CHARACTERS = 1_000_000;

export type FuzzedAnswer = { status: number; headers: Record<string, unknown>; body: string };

/** Whatever was asked: no fault of ours, and nothing that is not for the caller. @param secrets those that are nobody's to see */
export function expectSafe({ status, headers, body }: FuzzedAnswer, secrets: string[]): void {
  expect(status, body.slice(0, 500)).toBeGreaterThanOrEqual(200);
  expect(status, body.slice(0, 500)).toBeLessThan(500);
  for (const never of NEVER) expect(body).not.toMatch(never);
  if (String(headers["content-type"]).startsWith("text/html")) expect(body).not.toMatch(NEVER_IN_A_PAGE);
  const told = `${JSON.stringify(headers)}\n${body}`;
  for (const secret of [process.cwd(), ...secrets]) expect(told).not.toContain(secret);
  expect(body.length).toBeLessThan(MOST_CHARACTERS);
  expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain("x-injected");
}
