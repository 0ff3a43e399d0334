import { randomUUID } from "node:crypto";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { handler as addKey } from "../../../functions/api_keys/create.ts";
import { handler as addMarketplace } from "../../../functions/marketplaces/create.ts";
import { handler as letIn } from "../../../functions/members/create.ts";
import { handler as remove } from "../../../functions/members/destroy.ts";
import { handler as spaces } from "../../../functions/spaces/index.ts";
import { handler as show } from "../../../functions/spaces/show.ts";
import { handler as save } from "../../../functions/spaces/update.ts";
import { hashOfApiKey } from "../../../lib/api_keys/api_key.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { apiKeyRow, spaceKey } from "../../../lib/dynamodb/keys.ts";
import type { Answer, Request } from "../../../lib/http/request.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { createSpace } from "../../../lib/spaces/create_space.ts";
import { refreshAccount } from "../../../lib/stripe_account/refresh_account.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { newMarketplace } from "../../../local/demo_seed.ts";
import { aBookedOrder } from "../../support/booked_order.ts";
import { connectByOnboarding, marketplaceNow } from "../../support/connection.ts";
import { member, operator, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { turn } from "../../support/simulator.ts";
import { aNewSpace, aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent } from "../../support/stored_events.ts";

afterEach(() => vi.useRealTimers());

const EVIL = `<script>alert("1")</script>`;

let space: TestSpace;
let dana: Person;
let olivia: Person;
beforeAll(async () => {
  space = await aSpace();
  dana = await member(space);
  olivia = await operator();
});

const headers = {
  accept: "text/html",
  origin: "http://convene.invalid:3000",
  "content-type": "application/x-www-form-urlencoded",
};
const page = (handler: (request: Request) => Promise<Answer>, { cookies } = dana) =>
  handler({ ...aRequest({ headers, path: { space: space.space } }), cookies });
const settings = ({ cookies } = dana) =>
  show({
    ...aRequest({ headers, path: { space: space.space }, route: "GET /spaces/{space}/edit" }),
    cookies,
  });
const post = (
  handler: (request: Request) => Promise<Answer>,
  values: Record<string, string>,
  { cookies, csrf } = dana,
) =>
  handler({
    ...aRequest({
      method: "POST",
      headers,
      path: { space: space.space, room: "store" },
      body: String(new URLSearchParams({ ...values, csrf })),
    }),
    cookies,
  });

it.each([
  ["complete", "Connected, can be paid"],
  ["restrict", "Connected, restricted"],
  ["reject", "Connected, rejected"],
] as const)("calls a Marketplace whose account Stripe moved to %s by its true status", async (to, status) => {
  const other = await aSpace({ connected: false });
  const [vera, dana] = [await representative(other), await member(other)];
  await connectByOnboarding(other, vera);
  const { stripe_account = "" } = await marketplaceNow(other);
  await turn(other, stripe_account, to);
  await refreshAccount(await marketplaceNow(other), stripeClient(other.stripeSecretKey));
  const { body } = await show({
    ...aRequest({ headers, path: { space: other.space } }),
    cookies: dana.cookies,
  });
  const { marketplace } = other.first;
  expect(body).toMatch(new RegExp(`${marketplace}">First Vendor</a>.*?<strong[^>]*>${status}</strong>`, "s"));
});

it("shows markup in names and in the audit as text", async () => {
  await post(addMarketplace, { marketplace_name: EVIL, room: "lobby" });
  await post(addKey, { api_key_name: EVIL, scope: "sell" });
  const [overview, { body = "" }] = await Promise.all([page(show), settings()]);
  expect(overview.body + body).not.toContain("<script>");
  expect(overview.body).toContain("&lt;script>");
  // As an API key and its button, and twice in the audit.
  expect(body.match(/&lt;script>/g)?.length).toBeGreaterThanOrEqual(4);
});

it("names the API keys that were made before there were scopes, and says what to do", async () => {
  const before = (await settings()).body ?? "";
  expect(before).not.toContain("Created before there were two kinds");
  await dynamodb.send(
    new PutCommand({
      TableName: configuration.settingsTable,
      Item: { pk: spaceKey(space.space), sk: apiKeyRow(hashOfApiKey("an old one")), name: "Old till" },
    }),
  );
  const after = (await settings()).body ?? "";
  expect(after).toMatch(/Created before there were two kinds: Old till\. They may manage\./);
  expect(after).toMatch(/Old till<\/th><td data-label="May">Manage</);
  expect(after).toMatch(/Demo shop<\/th><td data-label="May">Sell</);
});

it.each([
  [letIn, { email: `"${EVIL}` }, 'id="email-wrong"'],
  [addKey, { api_key_name: EVIL.repeat(4) }, 'id="api-key-name-wrong"'],
  [save, { branded_domain: EVIL, version: "0" }, 'id="branded_domain-wrong"'],
])("keeps what was typed, as text, and says at the field what is wrong", async (handler, values, wrong) => {
  const { statusCode, body = "" } = await post(handler, values, olivia);
  expect(statusCode).toBe(400);
  expect(body).toContain(wrong);
  expect(body).toContain("&lt;script>alert(&quot;1&quot;)&lt;/script>");
  expect(body).not.toContain("<script>");
});

it("has the branded domain to read for members, and a form for operators alone", async () => {
  const domainOf = ({ body = "" }: Answer) =>
    /<section aria-labelledby="domain">.*?<\/section>/s.exec(body)?.[0];
  expect(domainOf(await settings())).not.toContain("<form");
  expect(domainOf(await settings(olivia))).toContain("<form");
  const values = { branded_domain: "shop.convene.example", version: "0" };
  expect((await post(save, values)).statusCode).toBe(404);
  expect((await readSpace(space.space)).space).not.toHaveProperty("branded_domain");
});

it("tells the second of two people who save the same form, and keeps what they typed", async () => {
  const version = /name="version" value="(\d+)"/.exec((await settings(olivia)).body ?? "")?.[1] ?? "";
  const first = await post(save, { branded_domain: "shop.convene.example", version }, olivia);
  expect(first.statusCode).toBe(303);
  const second = await post(save, { branded_domain: "late.convene.example", version }, olivia);
  expect(second.statusCode).toBe(409);
  expect(second.body).toContain("Somebody else saved this meanwhile. Look again, then save.");
  expect(second.body).toContain('value="late.convene.example"');
  expect((await settings(olivia)).body).toContain('value="shop.convene.example"');
});

it("does not let the last member go, and says why", async () => {
  const { statusCode, body } = await post(remove, { email: dana.email });
  expect(statusCode).toBe(409);
  expect(body).toContain("This is the last member. Invite somebody else first.");
  expect((await page(show)).statusCode).toBe(200);
});

const sectionOf = ({ body = "" }: Answer, id: string): string =>
  new RegExp(`<section aria-labelledby="${id}".*?</section>`, "s").exec(body)?.[0] ?? "";

const pageOf = async (
  { space }: { space: string },
  { cookies }: Person,
  query: Record<string, string> = {},
) => await show({ ...aRequest({ headers, path: { space }, query }), cookies });

it("says that nothing needs attention where nothing does, and of a new Space that it has no key", async () => {
  const [quiet, fresh] = [await aSpace(), await aNewSpace()];
  const shown = sectionOf(await pageOf(quiet, await member(quiet)), "attention");
  expect(shown).toContain(`<h2 id="attention" class="good">Nothing needs attention</h2>`);
  expect(shown).toContain("Not compared with Stripe yet");
  const attention = sectionOf(await pageOf(fresh, olivia), "attention");
  expect(attention).toContain(`href="/spaces/${fresh.space}/edit#utilities">Add a Stripe Utility`);
});

it("says in amber what fails and is retried, instead of that nothing needs attention, and leads to Problems", async () => {
  const failing = await aSpace();
  await aFailingEvent(failing, "stripe:http_503");
  const shown = await pageOf(failing, await member(failing));
  const attention = sectionOf(shown, "attention");
  expect(attention).toContain('class="waiting">1 event is failing, and will be retried automatically</h2>');
  expect(attention).toContain(`<a href="/spaces/${failing.space}/failures">See Problems</a>`);
  expect(attention).not.toContain("Nothing needs attention");
  expect(sectionOf(shown, "events")).toContain(
    `<a class="bad" href="/spaces/${failing.space}/failures">1 failing</a>, in red`,
  );
});

it("reads what fails once, for what needs attention and for the chart", async () => {
  const of = await aSpace();
  const visitor = await member(of);
  const send = vi.spyOn(dynamodb, "send");
  onTestFinished(() => send.mockRestore());
  expect((await pageOf(of, visitor)).statusCode).toBe(200);
  const queries = send.mock.calls.flatMap(([command]) =>
    command instanceof QueryCommand ? command.input : [],
  );
  expect(queries.filter(({ IndexName }) => IndexName === "failing")).toHaveLength(1);
});

it("shows what was sold today and in the last seven days, by Stripe's records", async () => {
  vi.setSystemTime(new Date("2027-03-20T14:02:00Z"));
  const sold = await aSpace();
  const visitor = await member(sold);
  const sales = async () => sectionOf(await pageOf(sold, visitor), "sales").replaceAll(/<[^>]*>/g, " ");
  expect(await sales()).toMatch(/Last 7 days\s+0\s/);
  await aBookedOrder(sold, [["2027-03-13"]]);
  await aBookedOrder(sold, [["2027-03-14"]]);
  await aBookedOrder(sold, [["2027-03-20", (order) => order.refund(189)]]);
  const shown = await sales();
  // Of 18.90, the Vendor has 13.00 for products less Stripe's 0.85; a refund of a tenth took 1.21 of that back.
  expect(shown).toMatch(/Today\s+1\s+\$18\.90\s+\$10\.94\s+\$0\.85\s+\$1\.89\s/);
  expect(shown).toMatch(/Last 7 days\s+2\s+\$37\.80\s+\$23\.09\s+\$1\.70\s+\$1\.89\s/);
});

it("shows 100 Marketplaces by name, and finds the others by theirs, for programs, too", async () => {
  const others = Array.from({ length: 150 }, (_, n) =>
    newMarketplace(`Stall ${String(n).padStart(3, "0")}`, false),
  );
  const market = await aSpace({ others });
  const visitor = await member(market);
  const shown = await pageOf(market, visitor);
  expect(Buffer.byteLength(shown.body ?? "")).toBeLessThan(60_000);
  const section = sectionOf(shown, "marketplaces");
  expect(section).toContain("The first 100 of 152, by name.");
  expect(section).toMatch(/>First Vendor<.*>Stall 097</s);
  expect(section).not.toContain("Stall 098");
  const found = sectionOf(await pageOf(market, visitor, { name: " stall 14" }), "marketplaces");
  expect(found).toContain("10 of 152 with “stall 14” in their names.");
  expect(found).toContain("Stall 149");
  const asked = { path: { space: market.space }, headers: bearer(market.apiKey), query: { name: "vendor" } };
  const { marketplaces } = answerOf(await show(aRequest(asked))).body;
  expect(marketplaces.map(({ name }: { name: string }) => name)).toEqual(["First Vendor", "Second Vendor"]);
});

it("offers to create a Space to operators only", async () => {
  expect((await page(spaces)).body).not.toContain("Create Space");
  const { cookies } = await operator();
  // An operator has every Space, also those of other tests: more than are listed at once.
  const name = `Coop ${randomUUID()}`;
  const coop = `coop-${randomUUID()}`;
  await createSpace({ space: coop, name }, "a test");
  const { body } = await spaces({ ...aRequest({ headers, query: { name } }), cookies });
  expect(body).toContain("Create Space");
  expect(body).toContain(`href="/spaces/${coop}"`);
});

it("lists Spaces and a Vendor's Marketplaces by name, and where they are", async () => {
  const path = `/spaces/${space.space}`;
  const { room, marketplace } = space.first;
  const mine = await page(spaces);
  expect(mine.body).toContain(
    `<a href="${path}">A Space</a></th><td data-label="Your role">Member</td><td data-label="Where"><span class="soft">${space.space}</span>`,
  );
  const theirs = (await page(spaces, await representative(space))).body;
  expect(theirs).toContain(
    `<a href="${path}/rooms/${room}/marketplaces/${marketplace}">First Vendor</a></th><td data-label="Your role">Vendor's representative</td><td data-label="Where"><span class="soft">${space.space} / ${room}</span>`,
  );
});
