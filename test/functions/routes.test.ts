import { randomBytes } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { hashOfApiKey, type Scope } from "../../lib/api_keys/api_key.ts";
import { addApiKey } from "../../lib/api_keys/change_api_keys.ts";
import { addTest } from "../../lib/callbacks/add_delivery.ts";
import type { CallbackOwner } from "../../lib/callbacks/callback_owner.ts";
import { changeCallback } from "../../lib/callbacks/change_callback.ts";
import { apiKeyRow } from "../../lib/dynamodb/keys.ts";
import type { Answer } from "../../lib/http/request.ts";
import { unsubscribeUrl } from "../../lib/mails/unsubscribe.ts";
import { addMember } from "../../lib/members/change_members.ts";
import { readSpace } from "../../lib/overview/read_space.ts";
import { updateSpace } from "../../lib/spaces/update_space.ts";
import { makeStatementLink } from "../../lib/statements/statement_links.ts";
import { followCheckoutSession } from "../../lib/stripe_events/follow_checkout_session.ts";
import { ensureEndpoints } from "../../lib/stripe_webhook_endpoints/ensure_endpoints.ts";
import { getUtility } from "../../lib/utilities/get_utility.ts";
import { startOidcProvider } from "../../local/oidc_provider/provider.ts";
import { aCheckout, placeOf } from "../support/checkouts.ts";
import { deliver } from "../support/deliveries.ts";
import { withoutEndpoints } from "../support/endpoints.ts";
import { anEvent, sign } from "../support/events.ts";
import { contextOf, handled } from "../support/handled_event.ts";
import { operations, seen } from "../support/openapi.ts";
import { type OrderB, sharedOrderB } from "../support/order_b.ts";
import { AMOUNTS, aSessionFromElsewhere } from "../support/order_import.ts";
import { anOrder, atStripe } from "../support/orders.ts";
import {
  anEmail,
  member,
  operator,
  type Person,
  representative,
  signedIn,
  stranger,
} from "../support/people.ts";
import { replay } from "../support/replays.ts";
import { bearer } from "../support/requests.ts";
import { roadToStripe } from "../support/road_to_stripe.ts";
import { requestTo, serverlessRoutes } from "../support/routes.ts";
import { aNewSpace, aSpace, type TestSpace } from "../support/spaces.ts";
import { aFailingEvent, makeDue } from "../support/stored_events.ts";
import { tableCallsOf, writesOf } from "../support/table_calls.ts";

const ORIGIN = "http://convene.invalid:3000";

const ROLES = [
  "nobody",
  "a stranger",
  "another Space's member",
  "a representative",
  "a member",
  "an operator",
  "a key that may manage",
  "a key that may sell",
  "another Space's key",
] as const;
type Role = (typeof ROLES)[number];

type Statuses = [number, number, number, number, number, number, number, number, number];
/** What the Space's two keys are answered: `takes` is the scope that it takes; without one it takes a person. */
const keysFor = (ok: number, takes: Scope | "a person"): [number, number] =>
  takes === "sell" ? [ok, ok] : takes === "manage" ? [ok, 403] : [403, 403];
/** Who may see, in the order of `ROLES`. */
const anyone = (ok: number): Statuses => [ok, ok, ok, ok, ok, ok, ok, ok, ok];
const known = (ok: number): Statuses => [401, ok, ok, ok, ok, ok, ok, 403, ok];
const representatives = (ok: number, takes: Scope | "a person"): Statuses => [
  401,
  404,
  404,
  ok,
  ok,
  ok,
  ...keysFor(ok, takes),
  404,
];
const members = (ok: number, takes: Scope | "a person"): Statuses => [
  401,
  404,
  404,
  404,
  ok,
  ok,
  ...keysFor(ok, takes),
  404,
];
const operators = (ok: number): Statuses => [401, 404, 404, 404, 404, ok, 404, 404, 404];
const programs = (ok: number): Statuses => [401, 401, 401, 401, 401, 401, ...keysFor(ok, "sell"), 404];

type Row = {
  statuses: Statuses;
  /** What is posted; each time something that can be done. */
  body?: () => object | Promise<object>;
  /** What a browser without a session gets: the sign-in unless told, or for a form the page that leads there. */
  browser?: number;
  /** What type its content is of, where that is not JSON. */
  isOf?: RegExp;
  /** Where Stripe, or the issuer, has written the query, or no route is. */
  anyQuery?: true;
};

const road = await roadToStripe();

let mine: TestSpace;
let host: string;

/** A route of a Space, and the same on the Space's branded domain, where the path does not name it. */
const both = (method: string, path: string, row: Row): [string, Row][] => [
  [`${method} /spaces/{space}${path}`, row],
  [`${method} ${path}`, row],
];

const MARKETPLACE = "/rooms/{room}/marketplaces/{marketplace}";
const MONTH = "2026-10";

/** The same of the Space's callback, and of a Marketplace's. */
const ofCallbacks = (
  method: string,
  path: string,
  row: (owner: () => CallbackOwner) => Row,
): [string, Row][] => [
  ...both(
    method,
    `/callback${path}`,
    row(() => ({ space: mine.space, name: "A Space" })),
  ),
  ...both(
    method,
    `${MARKETPLACE}/callback${path}`,
    row(() => ({ ...placeOf(mine), name: "First Vendor" })),
  ),
];
const token = (): string => randomBytes(6).toString("hex");

const ROWS = new Map<string, Row>([
  ["GET /health", { statuses: anyone(200), browser: 200 }],
  ["GET /openapi.json", { statuses: anyone(200), browser: 200 }],
  ["GET /scripts/{script}", { statuses: anyone(200), browser: 200, isOf: /javascript/ }],
  ["GET /{path+}", { statuses: anyone(404), browser: 404, anyQuery: true }],
  ["GET /session/new", { statuses: anyone(303) }],
  ["GET /session/callback", { statuses: anyone(400), browser: 400, anyQuery: true }],
  ["POST /session/destroy", { statuses: anyone(200), browser: 200 }],
  ["GET /", { statuses: known(200) }],
  ["GET /spaces", { statuses: known(200) }],
  ["POST /spaces", { statuses: operators(201), body: () => ({ space: `new-${token()}`, name: "New" }) }],
  ["GET /spaces/{space}", { statuses: members(200, "manage") }],
  ["GET /spaces/{space}/edit", { statuses: members(200, "manage") }],
  [
    "POST /spaces/{space}",
    {
      statuses: operators(200),
      body: async () => ({ branded_domain: host, version: await spaceVersion() }),
    },
  ],
  ...both("POST", "/members", { statuses: members(200, "a person"), body: () => ({ email: anEmail() }) }),
  ...both("POST", "/members/destroy", {
    statuses: members(200, "a person"),
    body: async () => {
      const email = anEmail();
      await addMember(mine.space, { email }, "a test");
      return { email };
    },
  }),
  ...both("POST", "/api_keys", {
    statuses: members(201, "a person"),
    body: () => ({ api_key_name: "Shop", scope: "sell" }),
  }),
  ...both("POST", "/api_keys/destroy", {
    statuses: members(200, "a person"),
    body: async () => ({
      id: apiKeyRow(
        hashOfApiKey(await addApiKey(mine.space, { api_key_name: "Old", scope: "manage" }, "a test")),
      ).slice(-12),
    }),
  }),
  ...both("POST", "/webhook_secrets", {
    statuses: members(200, "manage"),
    body: () => ({ add_webhook_secret: `whsec_${"4".repeat(32)}` }),
  }),
  // A Space has one, and this one has it.
  ...both("POST", "/utilities", {
    statuses: members(409, "manage"),
    body: () => ({ utility_name: "Stripe" }),
  }),
  ...both("GET", "/utilities/{utility}/edit", { statuses: members(200, "manage") }),
  ...both("POST", "/utilities/{utility}", {
    statuses: members(200, "a person"),
    body: async () => ({ name: "Stripe", version: (await getUtility(mine.space, mine.utility)).version }),
  }),
  ...both("POST", "/utilities/{utility}/stripe_webhook_endpoints", {
    statuses: members(200, "manage"),
    body: () => ({}),
  }),
  ...both("POST", "/utilities/{utility}/stripe_webhook_endpoints/rotate", {
    statuses: members(200, "manage"),
    body: async () => {
      // Not in the middle of an earlier row's rotation.
      await withoutEndpoints(mine);
      await ensureEndpoints(mine.space);
      return {};
    },
  }),
  ...both("POST", "/rooms/{room}/marketplaces", {
    statuses: members(201, "manage"),
    body: () => ({ marketplace_name: "Third Vendor" }),
  }),
  ...both("GET", MARKETPLACE, { statuses: representatives(200, "manage") }),
  ...both("GET", `${MARKETPLACE}/edit`, { statuses: representatives(200, "manage") }),
  ...both("POST", MARKETPLACE, {
    statuses: members(200, "manage"),
    body: () => ({}),
  }),
  ...both("POST", `${MARKETPLACE}/checks`, { statuses: representatives(200, "manage"), body: () => ({}) }),
  ...both("POST", `${MARKETPLACE}/stripe_account`, {
    // It takes a person, whom Stripe sends back; and a Marketplace that is not connected.
    statuses: [401, 404, 404, 409, 409, 409, 403, 403, 404],
    body: () => ({}),
  }),
  ["GET /stripe_account/callback", { statuses: anyone(303), anyQuery: true }],
  [
    `GET /spaces/{space}${MARKETPLACE}/stripe_account/return`,
    { statuses: representatives(303, "a person"), anyQuery: true },
  ],
  [
    `GET /spaces/{space}${MARKETPLACE}/stripe_account/refresh`,
    { statuses: representatives(303, "a person"), anyQuery: true },
  ],
  ...both("POST", `${MARKETPLACE}/stripe_events`, { statuses: anyone(400), browser: 400, anyQuery: true }),
  ...both("POST", "/stripe_events", { statuses: anyone(400), browser: 400, anyQuery: true }),
  ...both("GET", `${MARKETPLACE}/stripe_events`, { statuses: members(200, "manage") }),
  ...both("GET", "/stripe_events", { statuses: members(200, "manage") }),
  ...both("GET", "/stripe_events/{event}", { statuses: members(200, "manage") }),
  ...both("GET", "/failures", { statuses: members(200, "manage") }),
  ...both("GET", "/replays", { statuses: members(200, "manage") }),
  ...both("GET", "/replays/{replay}", { statuses: members(200, "manage") }),
  ...both("POST", "/replays", {
    statuses: members(201, "manage"),
    body: async () => {
      await aFailingEvent(mine, "stripe:http_503");
      return { cause: "stripe:http_503", as_of: new Date().toISOString() };
    },
  }),
  ...both("POST", "/replays/{replay}/stop", { statuses: members(200, "manage"), body: () => ({}) }),
  ...both("POST", "/recoveries", { statuses: members(200, "manage"), body: () => ({}) }),
  ...both("POST", "/stripe_events/{event}/replay", { statuses: members(200, "manage"), body: () => ({}) }),
  ...both("POST", `${MARKETPLACE}/test_orders`, { statuses: members(201, "a person"), body: () => ({}) }),
  ...both("POST", `${MARKETPLACE}/checkouts`, { statuses: programs(201), body: aCheckout, browser: 401 }),
  ...both("GET", `${MARKETPLACE}/orders`, { statuses: representatives(200, "sell") }),
  ...both("POST", `${MARKETPLACE}/orders`, {
    statuses: programs(201),
    body: async () => ({ ...AMOUNTS, checkout_session: (await aSessionFromElsewhere(mine)).id }),
    browser: 401,
  }),
  ...both("GET", `${MARKETPLACE}/orders/{order}`, { statuses: representatives(200, "sell") }),
  ...both("GET", "/statements", { statuses: members(200, "manage") }),
  ...both("GET", `${MARKETPLACE}/statements`, { statuses: representatives(200, "manage") }),
  ...both("GET", "/statements/{month}", { statuses: members(200, "manage") }),
  ...both("GET", `${MARKETPLACE}/statements/{month}`, { statuses: representatives(200, "manage") }),
  ["GET /statement", { statuses: anyone(404), browser: 404 }],
  ...both("POST", "/statements/{month}/links", { statuses: members(201, "a person"), body: () => ({}) }),
  ...both("POST", `${MARKETPLACE}/statements/{month}/links`, {
    statuses: representatives(201, "a person"),
    body: () => ({}),
  }),
  ...both("POST", "/statements/{month}/links/destroy", {
    statuses: members(200, "a person"),
    body: async () => ({ id: await aStatementLink({ space: mine.space }) }),
  }),
  ...both("POST", `${MARKETPLACE}/statements/{month}/links/destroy`, {
    statuses: representatives(200, "a person"),
    body: async () => ({ id: await aStatementLink(placeOf(mine)) }),
  }),
  ...both("GET", "/search", { statuses: members(200, "manage") }),
  ...both("GET", "/erasures", { statuses: members(200, "manage") }),
  ...both("POST", "/erasures", {
    statuses: members(200, "a person"),
    body: () => ({ email: "a-buyer@example.com", confirm: true }),
  }),
  ...both("GET", "/attention", { statuses: members(200, "manage") }),
  ...both("GET", `${MARKETPLACE}/orders/{order}/split`, { statuses: members(200, "manage") }),
  ...both("POST", `${MARKETPLACE}/orders/{order}/split`, {
    statuses: members(200, "a person"),
    body: () => ({ do: "try_now" }),
  }),
  // It takes an Order that was paid, which this is not.
  ...both("POST", `${MARKETPLACE}/orders/{order}/refunds`, {
    statuses: members(409, "a person"),
    body: () => ({ amount: 100 }),
  }),
  ...ofCallbacks("GET", "", () => ({ statuses: members(200, "manage") })),
  ...ofCallbacks("POST", "", () => ({
    statuses: members(200, "a person"),
    body: () => ({ url: `https://shop.example/${token()}` }),
  })),
  ...ofCallbacks("POST", "/deliveries", (owner) => ({
    statuses: members(201, "a person"),
    body: async () => {
      await changeCallback(owner(), { url: "https://shop.example/" }, "a test");
      return {};
    },
  })),
  ...ofCallbacks("POST", "/deliveries/{delivery}/replay", (owner) => ({
    statuses: members(201, "a person"),
    body: async () => {
      await changeCallback(owner(), { url: "https://shop.example/" }, "a test");
      parameters.delivery = (await addTest(owner(), "a test")).delivery.id;
      return {};
    },
  })),
  // The link of a mail, which says itself whom it is for: without its token it is of nobody.
  [
    `GET /spaces/{space}${MARKETPLACE}/order_notifications/unsubscribe`,
    { statuses: anyone(404), browser: 404 },
  ],
  [
    `POST /spaces/{space}${MARKETPLACE}/order_notifications/unsubscribe`,
    { statuses: anyone(404), browser: 404 },
  ],
  // The last: what is disconnected sells nothing.
  ...both("POST", `${MARKETPLACE}/stripe_account/destroy`, {
    statuses: representatives(200, "a person"),
    body: () => ({}),
  }),
]);

/** @returns the id of a link that can be revoked */
async function aStatementLink(of: { space: string; room?: string; marketplace?: string }): Promise<string> {
  const token = await makeStatementLink({ ...of, month: MONTH }, "a test");
  return hashOfApiKey(token).slice(-12);
}

const spaceVersion = async (): Promise<number> => (await readSpace(mine.space)).space.version;

let parameters: Record<string, string>;
let people: Partial<Record<Role, Person>>;
let keys: Partial<Record<Role, string>>;
const routes = await serverlessRoutes();

beforeAll(async () => {
  seen.clear();
  const issuer = await startOidcProvider({
    port: 0,
    people: [],
    redirectUris: [`${ORIGIN}/session/callback`],
    postLogoutRedirectUris: [`${ORIGIN}/`],
  });
  vi.stubEnv("OIDC_ISSUER", issuer.url);
  const [space, other] = await Promise.all([aSpace(), aSpace()]);
  mine = space;
  host = `${space.space}.example`;
  vi.stubEnv("BRANDED_DOMAINS", host);
  await updateSpace((await readSpace(mine.space)).space, { branded_domain: host, version: 0 }, "a test");
  people = {
    "a stranger": await stranger(),
    "another Space's member": await member(other),
    "a representative": await representative(mine),
    "a member": await member(mine),
    "an operator": await operator(),
  };
  keys = {
    "a key that may manage": mine.apiKey,
    "a key that may sell": mine.sellKey,
    "another Space's key": other.apiKey,
  };
  const { id, body } = anEvent();
  await deliver(mine, body);
  await makeDue(mine, id); // its first run is over, as if its stream had been slow
  const order = await anOrder(mine);
  await aFailingEvent(mine, "stripe:timeout");
  const { id: aReplay } = await replay(mine, { cause: "stripe:timeout" });
  parameters = {
    ...placeOf(mine),
    utility: mine.utility,
    event: id,
    order: order.id,
    month: MONTH,
    replay: aReplay,
  };
  return async () => {
    vi.unstubAllEnvs();
    await issuer.close();
  };
});

type Sent = {
  headers?: Record<string, string | undefined>;
  body?: string;
  query?: Record<string, string>;
};

/** Sends what the row says to its route, as `role`, from a page of ours. */
async function ask(route: string, role: Role, { headers = {}, body, query }: Sent = {}): Promise<Answer> {
  const person = people[role];
  const key = keys[role];
  const sent = {
    accept: "application/json",
    host,
    origin: ORIGIN,
    ...(person && { "x-csrf-token": person.csrf }),
    ...(key && bearer(key)),
    ...headers,
  };
  const given = Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const handler = routes.get(route);
  if (!handler) throw new Error(`there is no route ${route}`);
  const answer = await handler({
    ...requestTo(route, parameters, {
      headers: Object.fromEntries(given),
      ...(person && { cookies: person.cookies }),
      ...(body !== undefined && { body }),
    }),
    ...(query && { queryStringParameters: query }),
  });
  // Whoever signed out is needed again.
  if (route === "POST /session/destroy" && person && answer.statusCode === 200)
    people[role] = await signedIn(person.email);
  return answer;
}

const bodyOf = async ({ body }: Row): Promise<{ body?: string }> =>
  body ? { body: JSON.stringify(await body()) } : {};

it("has a row here for every route of serverless.yml, and a route there for every row", () => {
  expect([...ROWS.keys()].sort()).toEqual([...routes.keys()].sort());
});

const rows = [...ROWS].map(([route, row]) => ({ route, row }));

describe.each(rows)("$route", ({ route, row }) => {
  it.each(ROLES.map((role, index) => [row.statuses[index], role] as const))(
    "answers %i to %s",
    async (status, role) => {
      const answer = await ask(route, role, await bodyOf(row));
      expect(answer.statusCode, answer.body).toBe(status);
      if (status !== 303)
        expect(answer.headers?.["content-type"] ?? "application/json").toMatch(row.isOf ?? /json/);
    },
  );

  it("lets a browser without a session sign in first, and come back, where people have pages", async () => {
    const [method] = route.split(" ");
    const page = `/spaces/${mine.space}`;
    const headers = { accept: "text/html", referer: `${ORIGIN}${page}` };
    const answer = await ask(route, "nobody", { headers, ...(await bodyOf(row)) });
    const isVisit = method === "GET";
    expect(answer.statusCode).toBe(row.browser ?? (isVisit ? 303 : 401));
    if (row.statuses[0] !== 401 || row.browser) return;
    const { rawPath, pathParameters } = requestTo(route, parameters, {});
    const isInSpace = pathParameters?.space || ["/", "/spaces"].includes(rawPath);
    const here = isInSpace ? rawPath : `/spaces/${mine.space}${rawPath}`;
    const url = `${ORIGIN}/session/new?${new URLSearchParams({ to: isVisit ? here : page })}`;
    if (isVisit) expect(answer.headers?.location).toBe(url);
    else expect(answer.body).toContain(`<a href="${url}">Sign in again</a>`);
  });
});

describe.each(rows.filter(({ row }) => !row.anyQuery))("$route, with a query", ({ route, row }) => {
  const role = row.statuses[5] === 401 ? "a key that may manage" : "an operator";

  it.each([{ colour: "red" }, { limit: "1", nxt: "abc" }, { "": "" }])(
    "refuses %j, which it does not take, and changes nothing",
    async (query) => {
      const sent = { ...(await bodyOf(row)), query };
      const { result: answer, calls } = await tableCallsOf(() => ask(route, role, sent));
      expect(answer.statusCode, answer.body).toBe(400);
      expect(answer.body).toContain('"unknown_parameter"');
      expect(writesOf(calls)).toEqual([]);
    },
  );
});

describe.each(rows.filter(({ row }) => row.anyQuery))("$route, with a query", ({ route, row }) => {
  it("goes by it as far as it knows it", async () => {
    const answer = await ask(route, "an operator", { query: { colour: "red" } });
    expect(answer.statusCode, answer.body).toBe(row.statuses[5]);
  });
});

/** Everything that a session may post: the others have no session, or are signed by Stripe. */
const guarded = rows.filter(
  ({ route, row }) => route.startsWith("POST") && (row.statuses[5] < 300 || row.statuses[5] === 409),
);

describe.each(guarded)("$route, with a session", ({ route, row }) => {
  it.each<[string, () => Promise<Record<string, string | undefined>>]>([
    ["no token", async () => ({ "x-csrf-token": undefined })],
    ["an empty token", async () => ({ "x-csrf-token": "" })],
    ["a wrong token", async () => ({ "x-csrf-token": randomBytes(32).toString("base64url") })],
    ["a wrong token of as many characters but more bytes", async () => ({ "x-csrf-token": "é".repeat(43) })],
    ["the token of their old session", async () => ({ "x-csrf-token": (await operator()).csrf })],
    ["no Origin", async () => ({ origin: undefined })],
    ["the Origin `null`", async () => ({ origin: "null" })],
    ["a foreign Origin", async () => ({ origin: "http://convene.invalid.example:3000" })],
    ["our Origin by another scheme", async () => ({ origin: "https://convene.invalid:3000" })],
  ])("answers 403 to %s, and changes nothing", async (_what, wrong) => {
    const sent = { ...(await bodyOf(row)), headers: await wrong() };
    const { result: answer, calls } = await tableCallsOf(() => ask(route, "an operator", sent));
    expect(answer.statusCode, answer.body).toBe(403);
    expect(answer.body).toContain('"foreign_form"');
    expect(writesOf(calls)).toEqual([]);
  });

  it.each(["", "csrf=wrong", `csrf=${"é".repeat(43)}`])(
    "answers 403 and a way back to a form with the token %j",
    async (csrf) => {
      const answer = await ask(route, "an operator", {
        headers: { accept: "text/html", "content-type": "application/x-www-form-urlencoded" },
        body: csrf,
      });
      expect(answer.statusCode, answer.body).toBe(403);
      expect(answer.body).toContain('<a href="/">');
    },
  );
});

describe("what a row has not made ready", () => {
  const at = `/spaces/{space}${MARKETPLACE}`;
  let sold: OrderB;

  /** What that Space's operator, or its program, is answered. */
  const answerTo = async (
    route: string,
    status: number,
    { as = "an operator", body, ...sent }: { as?: Role; body?: object } & Omit<Sent, "body"> = {},
  ) => {
    const answer = await ask(route, as, { ...sent, ...(body && { body: JSON.stringify(body) }) });
    expect(answer.statusCode, answer.body).toBe(status);
    return answer;
  };
  const go = (space: TestSpace, more: Record<string, string> = {}): void => {
    mine = space;
    parameters = { ...placeOf(space), ...more };
    keys = { "a key that may manage": space.apiKey };
  };
  const asProgram = { as: "a key that may manage" } as const;

  beforeAll(async () => {
    sold = await sharedOrderB();
  });
  beforeEach(() => go(sold.space, { order: sold.order.id, month: MONTH }));

  it("is a checkout whose buyer is through, an Order that was carried over, and a Space without a Utility", async () => {
    const headers = { "idempotency-key": token() };
    const checkout = { ...asProgram, headers, body: aCheckout() };
    const { body = "" } = await answerTo(`POST ${at}/checkouts`, 201, checkout);
    const { checkout_session } = JSON.parse(body);
    await atStripe(mine, "pay", checkout_session);
    const event = handled(mine, "checkout.session.completed", checkout_session);
    await followCheckoutSession(event, await contextOf(mine));
    await answerTo(`POST ${at}/checkouts`, 200, checkout);
    const placed = await answerTo(`POST ${at}/test_orders`, 201, { headers, body: {} });
    await atStripe(mine, "pay", JSON.parse(placed.body ?? "").checkout_session);
    await followCheckoutSession(
      handled(mine, "checkout.session.completed", JSON.parse(placed.body ?? "").checkout_session),
      await contextOf(mine),
    );
    await answerTo(`POST ${at}/test_orders`, 200, { headers, body: {} });
    const elsewhere = { ...AMOUNTS, checkout_session: (await aSessionFromElsewhere(mine)).id };
    for (const status of [201, 200])
      await answerTo(`POST ${at}/orders`, status, { ...asProgram, body: elsewhere });
    parameters = { space: (await aNewSpace()).space };
    await answerTo("POST /spaces/{space}/utilities", 201, { body: { utility_name: "Stripe" } });
  });

  it("is a refund: made, made before, and not answered by Stripe yet", async () => {
    const refund = (key: string, status: number) =>
      answerTo(`POST ${at}/orders/{order}/refunds`, status, {
        headers: { "idempotency-key": key },
        body: { amount: 100 },
      });
    await refund("key-1", 201);
    await refund("key-1", 200);
    road.strike(mine, "unanswered", "POST /v1/refunds");
    await refund("key-2", 202);
    road.clear(mine);
  });

  it("is a Marketplace that is not connected", async () => {
    go(await aSpace({ connected: false }));
    await answerTo(`POST ${at}/stripe_account`, 200, { body: {} });
  });

  it("is a link, of a statement and of a mail", async () => {
    const link = await makeStatementLink({ space: mine.space, month: MONTH }, "a test");
    await answerTo("GET /statement", 200, { as: "nobody", query: { link } });
    const url = new URL(await unsubscribeUrl(placeOf(mine), "vendor@shop.example"));
    const query = Object.fromEntries(url.searchParams);
    for (const method of ["GET", "POST"])
      await answerTo(`${method} ${at}/order_notifications/unsubscribe`, 200, { as: "nobody", query });
  });

  it("is a replay that was begun before", async () => {
    await aFailingEvent(mine, "stripe:http_503");
    const body = { cause: "stripe:http_503", as_of: new Date().toISOString() };
    for (const status of [201, 200]) await answerTo("POST /spaces/{space}/replays", status, { body });
  });

  it("is an event of Stripe's, signed", async () => {
    const secret = `whsec_${"5".repeat(32)}`;
    await answerTo("POST /spaces/{space}/webhook_secrets", 200, { body: { add_webhook_secret: secret } });
    for (const [route, key] of [
      [`POST ${at}/stripe_events`, mine.first.webhookSecret],
      ["POST /spaces/{space}/stripe_events", secret],
    ] as const) {
      const { body } = anEvent();
      const headers = { "stripe-signature": sign(body, key) };
      expect((await ask(route, "nobody", { headers, body })).statusCode).toBe(200);
    }
  });
});

it("has had each success that docs/openapi.json has, and it was as that says; else add it above", () => {
  const successes = [...operations.values()].flatMap(({ operation: { operationId, responses } }) =>
    Object.keys(responses)
      .filter((status) => status.startsWith("2"))
      .map((status) => `${operationId} ${status}`),
  );
  expect(successes.filter((each) => !seen.has(each))).toEqual([]);
});
