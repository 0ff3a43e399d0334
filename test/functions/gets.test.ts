import { readFileSync } from "node:fs";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Answer } from "../../lib/http/request.ts";
import { unsubscribeUrl } from "../../lib/mails/unsubscribe.ts";
import { readSpace } from "../../lib/overview/read_space.ts";
import { updateSpace } from "../../lib/spaces/update_space.ts";
import { makeStatementLink } from "../../lib/statements/statement_links.ts";
import { rotateEndpoints } from "../../lib/stripe_webhook_endpoints/rotate_endpoints.ts";
import { placeOf } from "../support/checkouts.ts";
import { deliver } from "../support/deliveries.ts";
import { anEvent } from "../support/events.ts";
import { anOrder } from "../support/orders.ts";
import { member, operator, type Person, representative } from "../support/people.ts";
import { replay } from "../support/replays.ts";
import { bearer } from "../support/requests.ts";
import { permissions } from "../support/roles.ts";
import { requestTo, serverlessRoutes } from "../support/routes.ts";
import { control } from "../support/simulator.ts";
import { aSpace, type TestSpace } from "../support/spaces.ts";
import { aFailingEvent } from "../support/stored_events.ts";
import { tableCallsOf, writesOf } from "../support/table_calls.ts";

/** These are redirects of the issuer's and of Stripe's, which lead back to us with something to be kept. */
const REDIRECTS = /^GET (?:\/session\/|.*\/stripe_account\/(?:callback|return|refresh)$)/;

const Service = v.object({
  functions: v.record(
    v.string(),
    v.object({ events: v.optional(v.array(v.looseObject({ httpApi: v.optional(v.string()) })), []) }),
  ),
});
const yaml = readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8");
const { functions } = v.parse(Service, parse(yaml, { logLevel: "silent", merge: true }));

const gets = Object.entries(functions).flatMap(([name, { events }]) =>
  events.flatMap(({ httpApi: route = "" }) =>
    route.startsWith("GET ") && !REDIRECTS.test(route) ? [{ name, route }] : [],
  ),
);

describe.each([...new Set(gets.map(({ name }) => name))])("the role of %s", (name) => {
  it("may read our tables, and open secrets, and do nothing else", () => {
    const { decrypt: _, ...rest } = permissions[name] ?? {};
    expect(writesOf(Object.values(rest).flat())).toEqual([]);
    expect(Object.keys(rest).filter((about) => !/^(?:settings|events|orders)\b/.test(about))).toEqual([]);
  });
});

type StripeRequest = { method: string; path: string };

const routes = await serverlessRoutes();
let space: TestSpace;
let visitors: [who: string, sent: { headers?: Record<string, string>; cookies?: string[] }][];
let parameters: Record<string, string>;
let host: string;
/** What a route takes in its query, by the end of its path. */
let queries: Record<string, Record<string, string>>;

/** What the Space's account was asked for at Stripe, so far. */
const atStripe = async (): Promise<StripeRequest[]> =>
  (await control<{ data: StripeRequest[] }>(space, "requests")).data;

beforeAll(async () => {
  space = await aSpace();
  const cookiesOf = ({ cookies }: Person) => ({ cookies });
  visitors = [
    ["nobody", {}],
    ["a representative", cookiesOf(await representative(space))],
    ["a member", cookiesOf(await member(space))],
    ["an operator", cookiesOf(await operator())],
    ["an API key", { headers: bearer(space.apiKey) }],
  ];
  const { id, body } = anEvent();
  await deliver(space, body);
  const order = await anOrder(space);
  host = `${space.space}.example`;
  await updateSpace((await readSpace(space.space)).space, { branded_domain: host, version: 0 }, "a test");
  await aFailingEvent(space, "stripe:timeout");
  const { id: aReplay } = await replay(space, { cause: "stripe:timeout" });
  await aFailingEvent(space, "stripe:http_503");
  parameters = {
    ...placeOf(space),
    utility: space.utility,
    event: id,
    order: order.id,
    month: "2026-10",
    replay: aReplay,
  };
  const unsubscribe = new URL(await unsubscribeUrl(placeOf(space), "vendor@shop.example"));
  queries = {
    "/replays": { status: "retrying" },
    "/search": { q: order.checkout_session },
    "/statement": { link: await makeStatementLink({ space: space.space, month: "2026-10" }, "a test") },
    "/unsubscribe": Object.fromEntries(unsubscribe.searchParams),
  };
  // Something for a page to be tempted by: endpoints in a rotation, and an account that Stripe was not asked about.
  await rotateEndpoints(space.space, "a test");
});

async function visit(route: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [, { headers = {}, cookies = [] }] of visitors)
    for (const accept of ["text/html", "application/json"]) {
      const handler = routes.get(route);
      if (!handler) throw new Error(`there is no route ${route}`);
      const query = queries[route.slice(route.lastIndexOf("/"))] ?? {};
      answers.push(
        await handler(
          requestTo(route, parameters, { headers: { accept, host, ...headers }, cookies, query }),
        ),
      );
    }
  return answers;
}

it("would see a change", async () => {
  const { calls } = await tableCallsOf(() => anOrder(space));
  expect(writesOf(calls)).toContain("TransactWriteItems");
});

describe.each(gets)("$route", ({ name, route }) => {
  it("changes nothing, here or at Stripe, whoever asks", async () => {
    const asked = await atStripe();
    const { result, calls } = await tableCallsOf(() => visit(route));
    const statuses = result.map(({ statusCode }) => statusCode);
    expect(statuses).toContain(name === "showNotFound" ? 404 : 200);
    expect(statuses.filter((status = 500) => status >= 500)).toEqual([]);
    expect(writesOf(calls)).toEqual([]);
    expect((await atStripe()).slice(asked.length).filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

it.each([
  "GET /spaces/{space}/rooms/{room}/marketplaces/{marketplace}",
  "GET /spaces/{space}/rooms/{room}/marketplaces/{marketplace}/edit",
])("asks Stripe nothing, and our tables for fourteen reads, to show %s, however often", async (route) => {
  const asked = await atStripe();
  const dana = visitors[2]?.[1];
  const request = requestTo(route, parameters, { ...dana, headers: { accept: "text/html" } });
  const { calls } = await tableCallsOf(async () => {
    for (let times = 0; times < 10; times++)
      expect((await routes.get(route)?.(request))?.statusCode).toBe(200);
  });
  expect(await atStripe()).toEqual(asked);
  expect(calls.length).toBeLessThanOrEqual(10 * 14);
});
