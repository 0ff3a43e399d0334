import { randomUUID } from "node:crypto";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { handler } from "../../../functions/stripe_events/index.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { createMarketplace } from "../../../lib/marketplaces/create_marketplace.ts";
import { FEW } from "../../../lib/marketplaces/few_marketplaces.ts";
import { orderNumber } from "../../../lib/orders/order_number.ts";
import { SCRIPT } from "../../../lib/pages/script.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { placeOf } from "../../support/checkouts.ts";
import { deliver, storeMany } from "../../support/deliveries.ts";
import { anEvent, nowS } from "../../support/events.ts";
import { aVisit } from "../../support/forms.ts";
import { anOrder } from "../../support/orders.ts";
import { pageRows } from "../../support/page_rows.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

/** Of `anEvent`, as a column shows it. */
const OBJECT = "cus_1";

let space: TestSpace;
let id: string;
beforeAll(async () => {
  space = await aSpace();
  const event = anEvent();
  id = event.id;
  await deliver(space, event.body);
});

/** Of the log itself, whatever else the page has in tables. */
const logRows = (page: string): string[] => pageRows(page.slice(page.indexOf('<section id="log"')));

const list = async (path: Record<string, string>, headers = bearer(space.apiKey), query = {}) =>
  answerOf(await handler(aRequest({ path, headers, query })));

it("lists the Space's events, and the Marketplace's, page by page", async () => {
  const { room, marketplace } = space.first;
  expect(await list({ space: space.space })).toMatchObject({
    status: 200,
    body: { data: [{ id, status: "received" }], next: null, searched_to: null },
  });
  expect(await list({ space: space.space, room, marketplace })).toEqual({
    status: 200,
    body: { data: [], next: null, searched_to: null },
  });
  expect(await list({ space: space.space }, bearer(space.apiKey), { limit: "0" })).toMatchObject({
    status: 400,
  });
});

it("lists those that a filter means, of a Marketplace of the Space too", async () => {
  const { room, marketplace } = space.first;
  const ids = async (query: Record<string, string>, path: Record<string, string> = { space: space.space }) =>
    (await list(path, bearer(space.apiKey), query)).body.data.map((event: { id: string }) => event.id);
  expect(await ids({ status: "received", type: "customer.*", from: "2020-01-01" })).toEqual([id]);
  expect(await ids({ type: "charge.*" })).toEqual([]);
  expect(await ids({ to: "2020-01-01" })).toEqual([]);
  expect(await ids({ marketplace })).toEqual([]);
  expect(await ids({ status: "dead" })).toEqual([]);
  expect(await ids({ status: "received" }, { space: space.space, room, marketplace })).toEqual([]);
});

it.each([
  [
    { status: "paid" },
    "invalid_field",
    "status: must be one of received, succeeded, ignored, retrying, dead",
  ],
  [{ type: "*" }, "invalid_field", "type: must be"],
  [{ from: "today" }, "invalid_field", "from: must be a time of UTC"],
  [{ from: "2026-11-20", to: "2026-11-19" }, "invalid_field", "to: must not be before `from`"],
  [{ marketplace: "x" }, "invalid_field", "marketplace: must be the id of a Marketplace"],
  [{ marketplace: randomUUID() }, "invalid_field", "marketplace: is none of this Space's"],
  [{ state: "dead" }, "unknown_parameter", "`state`"],
])("refuses %j", async (query, code, message) => {
  expect(await list({ space: space.space }, bearer(space.apiKey), query)).toEqual({
    status: 400,
    body: { error: { code, message: expect.stringContaining(message) } },
  });
});

it("refuses another Space's Marketplace, and of a Marketplace's own list any", async () => {
  const { first } = await aSpace();
  const ofSpace = { space: space.space };
  expect(await list(ofSpace, bearer(space.apiKey), { marketplace: first.marketplace })).toMatchObject({
    status: 400,
  });
  const { room, marketplace } = space.first;
  expect(await list({ ...ofSpace, room, marketplace }, bearer(space.apiKey), { marketplace })).toMatchObject({
    status: 400,
    body: { error: { code: "unknown_parameter" } },
  });
});

it("is for the Space's own API key", async () => {
  const other = await aSpace();
  const { room } = space.first;
  expect(await list({ space: space.space }, {})).toMatchObject({ status: 401 });
  expect(await list({ space: space.space }, bearer(other.apiKey))).toMatchObject({ status: 404 });
  expect(await list({ space: space.space, room, marketplace: randomUUID() })).toMatchObject({ status: 404 });
});

describe("to a member, the event log", () => {
  let shop: TestSpace;
  let dana: Person;
  let order: string;
  /** Newest first: one of a live key, one of no handler, one that no retry can mend, one that paid an Order. */
  const ids: string[] = [];

  beforeAll(async () => {
    shop = await aSpace();
    dana = await member(shop);
    const { checkout_session, id } = await anOrder(shop);
    order = id;
    const type = "checkout.session.completed";
    const events = [
      anEvent({ type, created: nowS() - 4, object: { id: checkout_session } }),
      anEvent({ type, created: nowS() - 3, object: {} }),
      anEvent({ type: "product.created", created: nowS() - 2 }),
      anEvent({ livemode: true, created: nowS() - 1 }),
    ];
    for (const { id, body } of events) {
      await deliver(shop, body);
      const event = await storedEvent(shop, id);
      // The newest has not run yet.
      if (event && !event.livemode) await processEvent(event);
      ids.unshift(id);
    }
  });

  const visit = (path: Record<string, string>, query: Record<string, string> = {}, who = dana) => ({
    ...aVisit(who, path),
    queryStringParameters: query,
  });
  const log = (of = shop) => ({ space: of.space });
  it("is a page: of each what, of which Order, whose, how it stands, how many runs, how long, and when", async () => {
    const { statusCode, headers, body = "" } = await handler(visit(log()));
    expect(statusCode).toBe(200);
    expect(headers?.["content-type"]).toMatch(/^text\/html/);
    expect(body).toContain("<h1>Events</h1>");
    const took = (row: string) => row.replace(/\| \d+(\.\d)? m?s \|/, "| TOOK |");
    expect(logRows(body).map(took)).toEqual([
      `customer.created | ${OBJECT} |  | Received | 1 |  | TIME`,
      `product.created | ${OBJECT} |  | Ignored | 1 | TOOK | TIME`,
      "checkout.session.completed |  |  | Given up , handler:object_without_id | 1 | TOOK | TIME",
      `checkout.session.completed | Order ${orderNumber(order)} | First Vendor | Succeeded | 1 | TOOK | TIME`,
    ]);
    const hrefs = [...body.matchAll(/<th scope="row"><a href="([^"]*)"/g)].map(([, href]) => href);
    expect(hrefs).toEqual(ids.map((id) => `/spaces/${shop.space}/stripe_events/${id}`));
    const path = `/spaces/${shop.space}/rooms/${shop.first.room}/marketplaces/${shop.first.marketplace}`;
    expect(body).toContain(`<a href="${path}/orders/${order}">`);
    expect(body).toContain(`<a href="?marketplace=${shop.first.marketplace}">First Vendor</a>`);
    expect(body).toContain('<strong class="pill bad">Given up</strong>');
    expect(body).not.toContain("Filters that are set");
  });

  it("comes by pages, each of which leads to the next", async () => {
    const { body: first = "" } = await handler(visit(log(), { limit: "3" }));
    const [, href = ""] = /<a href="([^"]*)">Older/.exec(first) ?? [];
    const { pathname, searchParams } = new URL(href.replaceAll("&amp;", "&"), "http://convene.invalid");
    expect(pathname).toBe(`/spaces/${shop.space}/stripe_events`);
    const { body: second = "" } = await handler(visit(log(), Object.fromEntries(searchParams)));
    expect(logRows(second)).toEqual([expect.stringContaining("Succeeded")]);
    expect(second).toContain(`<a href="${pathname}?limit=3">Newest</a>`);
    expect(second).not.toContain(">Older<");
  });

  it("is narrowed by a form, and stays so from page to page", async () => {
    const query = { type: "checkout.session.*", status: "", from: "2020-01-01", to: "", limit: "1" };
    const { body: first = "" } = await handler(visit(log(), query));
    expect(logRows(first)).toEqual([expect.stringContaining("Given up")]);
    expect(first).toMatch(/<form method="get" action="[^"]*\/stripe_events"/);
    expect(first).toContain('value="checkout.session.*"');
    const [, href = ""] = /<a href="([^"]*)">Older/.exec(first) ?? [];
    const { searchParams } = new URL(href.replaceAll("&amp;", "&"), "http://convene.invalid");
    expect(Object.fromEntries(searchParams)).toMatchObject({
      type: "checkout.session.*",
      from: "2020-01-01",
    });
    const { body: second = "" } = await handler(visit(log(), Object.fromEntries(searchParams)));
    expect(logRows(second)).toEqual([expect.stringContaining("Succeeded")]);
    const { body: dead = "" } = await handler(visit(log(), { status: "dead" }));
    expect(logRows(dead)).toEqual([expect.stringContaining("Given up")]);
    expect(dead).toContain('<option value="dead" selected');
    expect(dead).toContain("By cause, the longest failing first.");
    const { body: none = "" } = await handler(visit(log(), { type: "refund.*" }));
    expect(logRows(none)).toEqual([]);
    expect(none).toContain("No event matches");
    expect(none).not.toContain("No events yet");
    const { body: all = "" } = await handler(visit(log()));
    expect(all).toMatch(/<details class="filter"><summary>Filter/);
  });

  it("is not shown for what was typed wrong: it stays, and what is wrong with it is said there", async () => {
    const { marketplace } = shop.first;
    const wrong = { status: "paid", type: "sk_test_4242", marketplace, cause: "a b", from: "now", to: "" };
    const { statusCode, body = "" } = await handler(visit(log(), wrong));
    expect(statusCode).toBe(400);
    expect(body).toContain("<title>Error: Events · A Space · Convene</title>");
    expect(body).toMatch(/<details class="filter" open><summary>Filter/);
    expect(body).toMatch(/<select id="status"[^>]* aria-invalid="true" autofocus/);
    expect(body.match(/ autofocus/g)).toHaveLength(1);
    expect(body).toContain("Status must be one of Received, Succeeded, Ignored, Retrying, Given up.");
    expect(body).toContain('<option value="paid" selected>paid</option>');
    expect(body).toContain(`<option value="${marketplace}" selected>First Vendor</option>`);
    expect(body).toMatch(/<input id="cause"[^>]* value="a b"[^>]* aria-invalid="true"/);
    expect(body).toMatch(/<input id="from"[^>]* value="now"[^>]* aria-invalid="true"/);
    expect(body).not.toMatch(/sk_test_4242|No event|Replay such events|id="to-wrong"/);
  });

  it.each([
    [{ from: "2026-11-20", to: "2026-11-19" }, "to", "To must not be before <code>from</code>."],
    [{ marketplace: randomUUID() }, "marketplace", "Marketplace is none of this Space's."],
    [{ type: "*" }, "type", "Type must be a type of Stripe's, or how some begin:"],
  ])("has the focus where the first is wrong: %j", async (query, field, sentence) => {
    const { statusCode, body = "" } = await handler(visit(log(), query));
    expect(statusCode).toBe(400);
    expect(body).toMatch(new RegExp(`<(?:input|select) id="${field}"[^>]* autofocus`));
    expect(body).toContain(`id="${field}-wrong" role="alert">${sentence}`);
  });

  it("answers a wrong cursor with a page, too, and of a Marketplace says its own form's errors", async () => {
    const { statusCode, body } = await handler(visit(log(), { next: "abc" }));
    expect(statusCode).toBe(400);
    expect(body).toContain("<h1>That did not work</h1>");
    const its = await handler(visit(placeOf(shop), { from: "now" }));
    expect(its.statusCode).toBe(400);
    expect(its.body).toContain("<title>Error: Events · First Vendor · A Space · Convene</title>");
    expect(its.body).toMatch(/<input id="from"[^>]* autofocus/);
    expect(its.body).not.toContain('id="marketplace"');
  });

  it("offers to replay what it shows, where it shows something", async () => {
    const offered = async (query: Record<string, string>) =>
      (await handler(visit(log(), query))).body?.includes("Replay such events…");
    expect(await offered({ status: "dead" })).toBe(true);
    expect(await offered({ status: "dead", to: "2020-01-01" })).toBe(false);
  });

  it("says what it is narrowed to, and leads to the log without it", async () => {
    const query = {
      type: "checkout.session.*",
      status: "succeeded",
      from: "2020-01-01",
      to: "2999-12-31T10:00:00Z",
    };
    const { body = "" } = await handler(visit(log(), { ...query, marketplace: shop.first.marketplace }));
    expect(logRows(body)).toHaveLength(1);
    const chips = [
      ...body.matchAll(/<a class="chip" href="([^"]*)" aria-label="Remove the filter ([^"]*)"/g),
    ];
    expect(chips.map(([, , words]) => words)).toEqual([
      "Status: Succeeded",
      "Type: checkout.session.*",
      "Marketplace: First Vendor",
      "From: 2020-01-01 UTC",
      "To: 2999-12-31 10:00:00 UTC",
    ]);
    const { pathname, searchParams } = new URL(
      chips[0]?.[1]?.replaceAll("&amp;", "&") ?? "",
      "http://convene.invalid",
    );
    expect(pathname).toBe(`/spaces/${shop.space}/stripe_events`);
    const { status: _taken, ...others } = query;
    expect(Object.fromEntries(searchParams)).toEqual({ ...others, marketplace: shop.first.marketplace });
    expect(body).toContain(`<a href="${pathname}">Clear all</a>`);
    expect(body).toMatch(/<input id="from"[^>]* type="datetime-local" value="2020-01-01T00:00"/);
    expect(body).toMatch(/<input id="to"[^>]* type="datetime-local" value="2999-12-31T10:00:00"/);
    const { body: failing = "" } = await handler(visit(log(), { cause: "handler:object_without_id" }));
    expect(failing).toContain('<input type="hidden" name="cause" value="handler:object_without_id"');
    expect(failing).toContain("Cause: handler:object_without_id");
    expect(failing).toMatch(
      /<a class="quiet" href="[^"]*\/replays\?cause=handler%3Aobject_without_id">Replay such/,
    );
  });

  it("is narrowed to a Marketplace by its name, and stays so", async () => {
    const { marketplace } = shop.first;
    const { body: all = "" } = await handler(visit(log()));
    expect(all).toMatch(/<option value>Any<\/option><option value="[^"]*">First Vendor<\/option>/);
    const { body = "" } = await handler(visit(log(), { marketplace, cause: "" }));
    expect(logRows(body)).toEqual([expect.stringContaining("First Vendor")]);
    expect(body).toContain(`<option value="${marketplace}" selected>First Vendor</option>`);
    expect(body.match(/name="marketplace"/g)).toHaveLength(1);
  });

  it("of a Space of many Marketplaces takes the id of one, and reads no more of them than a list has room for", async () => {
    const big = await aSpace({ connected: false });
    const who = await member(big);
    const add = (name: string) => createMarketplace(big.space, "store", name, "a test");
    await Promise.all(Array.from({ length: FEW - 2 }, (_, nth) => add(`${nth} ${"long name ".repeat(7)}`)));
    await storeMany(big, 50);
    const ONE = /<option value="[0-9a-f-]{36}"/g;
    const { body: few = "" } = await handler(visit(log(big), {}, who));
    expect(few.match(ONE)).toHaveLength(FEW);
    expect(few.length).toBeLessThan(60 * 1_024);
    await add("One more");
    const send = vi.spyOn(dynamodb, "send");
    onTestFinished(() => send.mockRestore());
    const { body: many = "" } = await handler(visit(log(big), {}, who));
    const rows = await Promise.all(
      send.mock.results.map(async ({ value }) => (await value).Items?.length ?? 0),
    );
    expect(Math.max(...rows)).toBeLessThanOrEqual(FEW + 1);
    expect(many).not.toMatch(ONE);
    const { marketplace } = big.first;
    const { body: narrowed } = await handler(visit(log(big), { marketplace }, who));
    expect(narrowed).toMatch(new RegExp(`<input id="marketplace"[^>]* value="${marketplace}"`));
  });

  it("of a Marketplace is its own events", async () => {
    const { body = "" } = await handler(visit(placeOf(shop)));
    expect(body).toContain("<title>Events · First Vendor · A Space · Convene</title>");
    const one = expect.stringMatching(
      /^checkout\.session\.completed \| Order .{4}-.{4} \| Succeeded \| 1 \| /,
    );
    expect(logRows(body)).toEqual([one]);
    expect(body).not.toContain('name="marketplace"');
  });

  it("of a Marketplace leads on where none is among the first that were looked through", async () => {
    const busy = await aSpace();
    await storeMany(busy, 1_001);
    const path = placeOf(busy, busy.second);
    const who = await member(busy);
    const { body = "" } = await handler(visit(path, { limit: "1" }, who));
    expect(logRows(body)).toEqual([]);
    expect(body).toContain("Look among the older ones.");
    expect(body).toMatch(/Searched back to <time/);
    const [, href = ""] = /<a href="([^"]*)">Older/.exec(body) ?? [];
    const { searchParams } = new URL(href.replaceAll("&amp;", "&"), "http://convene.invalid");
    const { body: last } = await handler(visit(path, Object.fromEntries(searchParams), who));
    expect(last).toContain("No older events");
  });

  it("draws when the events were: all that were searched, or those shown where more than time says which", async () => {
    const drawn = await aSpace();
    for (const ago of [3_600, 0]) await deliver(drawn, anEvent({ created: nowS() - ago }).body);
    const who = await member(drawn);
    const chart = async (query: Record<string, string> = {}, headers: Record<string, string> = {}) => {
      const request = visit(log(drawn), query, who);
      const { body = "" } = await handler({ ...request, headers: { ...request.headers, ...headers } });
      return /<section class="chart" aria-label="Events over time">.*?<\/section>/s.exec(body)?.[0];
    };
    const all = await chart();
    expect(all).toMatch(/<p class="soft">\s*2 events, in 5-minute intervals \(UTC\)\./);
    expect(all?.match(/<tr><th scope="row">20[^<]*<\/th><td>1<\/td><td>0<\/td><\/tr>/g)).toHaveLength(2);
    expect(await chart({ from: "2020-01-01" })).toMatch(/2 events, in \d+-day intervals \(UTC\)/);
    expect(await chart({ type: "customer.*" })).toContain("The 2 events of this page, in ");
    expect(await chart({ status: "dead" })).toBeUndefined();
    expect(await chart({ to: "2020-01-01" })).toBeUndefined();
    expect(await chart({}, { "x-requested-with": "script" })).toBeUndefined();
  });

  it("is 60 KB at most with all that it loads, with 50 events in a chart, of which each has Order and Marketplace", async () => {
    const full = await aSpace();
    const { id: order, marketplace, checkout_session } = await anOrder(full);
    const object = { id: checkout_session, metadata: { order, marketplace } };
    const events = Array.from({ length: 50 }, (_, n) => anEvent({ object, created: nowS() - n * 3_000 }));
    await Promise.all(events.map((event) => deliver(full, event.body)));
    const { body = "" } = await handler(visit(log(full), {}, await member(full)));
    expect(logRows(body)).toHaveLength(50);
    expect(body).toContain('aria-label="Events over time"');
    expect(Buffer.byteLength(body + SCRIPT)).toBeLessThan(60_000);
  });

  it("takes one read for the names of all Marketplaces", async () => {
    const queries = async (path: Record<string, string>, query?: Record<string, string>): Promise<number> => {
      const send = vi.spyOn(dynamodb, "send");
      onTestFinished(() => send.mockRestore());
      await handler(visit(path, query));
      const count = send.mock.calls.filter(([command]) => command instanceof QueryCommand).length;
      send.mockRestore();
      return count;
    };
    // The log, and its chart: the times of more of it, and what fails.
    expect(await queries(log())).toBe(2 + 2);
    expect(await queries(placeOf(shop))).toBe(1);
    expect(await queries(log(), { marketplace: shop.first.marketplace })).toBe(2);
  });

  it("is empty at first, and the page says what to do", async () => {
    const [connected, fresh] = await Promise.all([aSpace(), aSpace({ connected: false })]);
    const [theirs, others] = await Promise.all([member(connected), member(fresh)]);
    expect((await handler(visit(log(connected), {}, theirs))).body).toContain("No events yet");
    expect((await handler(visit(placeOf(connected), {}, theirs))).body).toContain(
      "The first one comes with the first checkout.",
    );
    expect((await handler(visit(placeOf(fresh), {}, others))).body).toContain(">Connect it to Stripe</a>");
  });

  it("is not a representative's", async () => {
    const { statusCode, body } = await handler(visit(placeOf(shop), {}, await representative(shop)));
    expect(statusCode).toBe(404);
    expect(body).toContain("<h1>Nothing here</h1>");
  });
});
