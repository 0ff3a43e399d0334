import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { makeApiKey } from "../../lib/api_keys/api_key.ts";
import type { Answer } from "../../lib/http/request.ts";
import { anApiToken } from "../support/api_tokens.ts";
import { aCheckout, placeOf } from "../support/checkouts.ts";
import { deliver } from "../support/deliveries.ts";
import { anEvent } from "../support/events.ts";
import { anOrder } from "../support/orders.ts";
import { ownTables } from "../support/own_tables.ts";
import { member, operator, type Person, representative, sentBack, stranger } from "../support/people.ts";
import { bearer } from "../support/requests.ts";
import { requestTo, serverlessRoutes } from "../support/routes.ts";
import { aSpace, type TestSpace } from "../support/spaces.ts";
import { tableRows } from "../support/table_rows.ts";

await ownTables();

const UTILITY = "POST /spaces/{space}/utilities/{utility}";
const MARKETPLACE = "POST /spaces/{space}/rooms/{room}/marketplaces/{marketplace}";
const API_KEYS = "POST /spaces/{space}/api_keys";
const SPACE = "GET /spaces/{space}";
const SETTINGS = "GET /spaces/{space}/edit";

const aWebhookSecret = (): string => `whsec_${randomBytes(16).toString("hex")}`;

/** What went in, by what it is; of everything that came out, what it was and its text. */
const secrets = new Map<string, string>();
const cameOut: { from: string; text: string }[] = [];

const routes = await serverlessRoutes();
let space: TestSpace;
let dana: Person;
let parameters: Record<string, string>;

type Sent = { headers?: Record<string, string>; cookies?: string[]; body?: string };

async function send(route: string, { headers = {}, cookies = [], body }: Sent): Promise<Answer> {
  const handler = routes.get(route);
  if (!handler) throw new Error(`there is no route ${route}`);
  return await handler(
    requestTo(route, parameters, { headers, cookies, ...(body !== undefined && { body }) }),
  );
}

const origin = "http://convene.invalid:3000";
const HTML = { accept: "text/html", origin, "content-type": "application/x-www-form-urlencoded" };
const JSON_ONLY = { accept: "application/json", origin, "content-type": "application/json" };

/** Posts a form of Dana's as a browser does, and the same as JSON. */
async function post(route: string, fields: Record<string, string>): Promise<Answer[]> {
  const { cookies, csrf } = dana;
  const form = await send(route, {
    headers: HTML,
    cookies,
    body: String(new URLSearchParams({ ...fields, csrf })),
  });
  const headers = { ...JSON_ONLY, "x-csrf-token": csrf };
  return [form, await send(route, { headers, cookies, body: JSON.stringify(fields) })];
}

const keep = (from: string, answer: Answer): number =>
  cameOut.push({ from: `${from}: ${answer.statusCode}`, text: JSON.stringify(answer) });

const versionOf = async (): Promise<string> => {
  const { cookies } = dana;
  const { body = "" } = await send("GET /spaces/{space}/utilities/{utility}/edit", { cookies });
  return String(JSON.parse(body).version);
};

/** Every page, and every list of facts, as each role; and what is asked of the programs' routes. */
async function driveAll(): Promise<void> {
  const people = [dana, await stranger(), await representative(space), await operator()];
  for (const [index, { cookies }] of people.entries()) secrets.set(`session ${index}`, cookies[0] ?? "");
  const visitors: Sent[] = [
    {},
    ...people.map(({ cookies }) => ({ cookies })),
    { headers: bearer(space.apiKey) },
    { headers: bearer(makeApiKey(space.space)) },
  ];
  for (const route of routes.keys()) {
    if (!route.startsWith("GET") || route.startsWith("GET /session/")) continue;
    for (const [index, { headers, ...visitor }] of visitors.entries())
      for (const accept of [HTML, JSON_ONLY])
        keep(`${route} for ${index}`, await send(route, { ...visitor, headers: { ...accept, ...headers } }));
  }
}

/** Right keys and secrets, saved; and each kind pasted where it does not belong. */
async function typeSecrets(): Promise<void> {
  const [added, wrongToken, wrongKey] = [aWebhookSecret(), anApiToken(), anApiToken("rk_live_")];
  secrets.set("the added webhook secret", added).set("a token Stripe does not know", wrongToken);
  secrets.set("a restricted key that Stripe does not know", wrongKey);
  const typed: [route: string, fields: Record<string, string>][] = [
    [UTILITY, { api_token: space.stripeSecretKey }],
    [UTILITY, { api_token: wrongToken }],
    [UTILITY, { api_token: wrongKey }],
    [UTILITY, { api_token: `${wrongToken} ${wrongKey}` }],
    [UTILITY, { api_token: added }],
    [UTILITY, { client_id: wrongToken }],
    [UTILITY, { client_id: wrongKey, name: "" }],
    [MARKETPLACE, { add_webhook_secret: added }],
    [MARKETPLACE, { add_webhook_secret: `${wrongToken} ` }],
    [MARKETPLACE, { add_webhook_secret: `${added} twice` }],
    [MARKETPLACE, { add_representative: added }],
    [MARKETPLACE, { retire_webhook_secret: added }],
  ];
  for (const [route, fields] of typed) {
    const version = route === UTILITY ? { version: await versionOf() } : {};
    for (const answer of await post(route, { ...fields, ...version }))
      keep(`${route} with ${Object.keys(fields)}`, answer);
  }
}

/** What fails on our side, where a log is most talkative. */
async function failEverywhere(): Promise<void> {
  const key = bearer(space.apiKey);
  const shop = { headers: { ...JSON_ONLY, ...key }, body: JSON.stringify(aCheckout()) };
  const checkouts = "POST /spaces/{space}/rooms/{room}/marketplaces/{marketplace}/checkouts";
  keep("a checkout", await send(checkouts, shop));
  for (const [name, value] of [
    ["SEALING_KEY", randomBytes(32).toString("base64url")],
    ["SETTINGS_TABLE", "no-such-table"],
    ["SETTINGS_TABLE", undefined],
  ] as const) {
    vi.stubEnv(name, value);
    keep("a checkout in trouble", await send(checkouts, shop));
    for (const answer of await post(MARKETPLACE, { add_webhook_secret: aWebhookSecret() }))
      keep("a secret in trouble", answer);
    keep("a page in trouble", await send(SPACE, { headers: HTML, cookies: dana.cookies }));
    vi.unstubAllEnvs();
  }
  keep("a sign-in without an issuer", await send("GET /session/new", { headers: HTML }));
}

beforeAll(async () => {
  for (const level of ["debug", "log", "info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((...what) => {
      cameOut.push({ from: `console.${level}`, text: what.map(String).join(" ") });
    });
  space = await aSpace();
  dana = await member(space);
  secrets
    .set("the API token", space.stripeSecretKey)
    .set("the API key", space.apiKey)
    .set("the first webhook secret", space.first.webhookSecret)
    .set("the second webhook secret", space.second.webhookSecret)
    .set("the sealing key", process.env.SEALING_KEY ?? "")
    .set("the session key", process.env.SESSION_KEYS ?? "");
  const { id, body } = anEvent();
  await deliver(space, body);
  const order = await anOrder(space);
  parameters = { ...placeOf(space), utility: space.utility, event: id, order: order.id };
  await typeSecrets();
  await driveAll();
  await failEverywhere();
  for (const row of await tableRows())
    cameOut.push({ from: `the row ${row.pk} ${row.sk}`, text: rawText(row) });
  return () => vi.restoreAllMocks();
});

/** A row with its bytes as text, so that nothing hides in them. */
const rawText = (row: Record<string, unknown>): string =>
  JSON.stringify(row, (_name, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
  );

/** A secret as it is, but for the end that masks show, and as base64 would have it. */
const shapesOf = (secret: string): string[] => {
  const start = secret.slice(0, -4);
  return [start, encodeURIComponent(start), Buffer.from(start).toString("base64").slice(0, -4)];
};

describe("of the secrets that are put in", () => {
  it("looked at pages, JSON, logs and rows that tell of them in their masked form", () => {
    const masked = `sk_test_…${space.stripeSecretKey.slice(-4)}`;
    for (const from of ["GET /spaces/{space}/utilities", "the row SPACE#"])
      expect(cameOut.filter((out) => out.from.startsWith(from) && out.text.includes(masked))).not.toEqual([]);
    for (const status of [200, 303, 400, 401, 404, 500, 503])
      expect(cameOut.filter(({ from }) => from.endsWith(`: ${status}`))).not.toEqual([]);
    expect(cameOut.filter(({ from }) => from === "console.error")).not.toEqual([]);
    expect([...secrets.values()].filter((secret) => secret.length < 20)).toEqual([]);
  });

  it("lets none out", () => {
    const leaks = cameOut.flatMap(({ from, text }) =>
      [...secrets]
        .filter(([, secret]) => shapesOf(secret).some((shape) => text.includes(shape)))
        .map(([name]) => `${name} in ${from}`),
    );
    expect(leaks).toEqual([]);
  });

  it("shows an API key once: to a program in the answer that made it", async () => {
    const [, made] = await post(API_KEYS, { api_key_name: "Till", scope: "manage" });
    const { api_key: key } = JSON.parse(made?.body ?? "");
    expect(key).toMatch(/^convene_/);
    await expectGone(key);
  });

  it("shows an API key once: to a person on the page after the form", async () => {
    const [form] = await post(API_KEYS, { api_key_name: "Till", scope: "manage" });
    const [notice = ""] = form?.cookies ?? [];
    const cookies = [...dana.cookies, sentBack(notice)];
    const page = await send(SETTINGS, { headers: HTML, cookies });
    const [key = ""] = page.body?.match(/convene_[\w-]{50,}/) ?? [];
    expect(page.body?.split(key)).toHaveLength(2);
    expect(page.cookies).toEqual([expect.stringMatching(/^notice=; Max-Age=0;/)]);
    expect(JSON.stringify(form)).not.toContain(key);
    await expectGone(key);
    expect((await send(SPACE, { headers: bearer(key) })).statusCode).toBe(200);
  });

  async function expectGone(key: string): Promise<void> {
    const again = await send(SETTINGS, { headers: HTML, cookies: dana.cookies });
    expect(again.body).not.toContain(key);
    expect((await tableRows()).filter((row) => rawText(row).includes(key))).toEqual([]);
  }
});
