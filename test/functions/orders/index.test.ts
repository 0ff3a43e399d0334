import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { handler } from "../../../functions/orders/index.ts";
import { handler as show } from "../../../functions/orders/show.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { toCursor } from "../../../lib/dynamodb/cursor.ts";
import { orderNumber } from "../../../lib/orders/order_number.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { aCheckout, checkOut, placeOf } from "../../support/checkouts.ts";
import { aVisit } from "../../support/forms.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { noMoneyYet } from "../../support/order_rows.ts";
import { pageRows } from "../../support/page_rows.ts";
import { representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
const placed: { order: string; checkout_session: string }[] = [];
beforeAll(async () => {
  space = await aSpace();
  for (const _order of [1, 2, 3]) placed.unshift((await checkOut(space)).body);
});

const list = async (query?: Record<string, string>, marketplace = space.first) =>
  answerOf(
    await handler(
      aRequest({ path: placeOf(space, marketplace), headers: bearer(space.apiKey), ...(query && { query }) }),
    ),
  );

const idsIn = ({ body }: Awaited<ReturnType<typeof list>>) => body.data.map(({ id }: { id: string }) => id);

describe("who may see a Marketplace's Orders", () => {
  keepsToItsSpace(handler);
});

describe("a Marketplace's Orders", () => {
  it("are listed newest first, each with its timeline", async () => {
    const answer = await list();
    expect(answer).toMatchObject({ status: 200, body: { next: null } });
    expect(answer.body.data).toEqual(
      placed.map(({ order, checkout_session }) => ({
        id: order,
        marketplace: space.first.marketplace,
        status: "open",
        currency: "usd",
        amount_total: 5_850,
        product_total: 5_000,
        delivery_amount: 500,
        tax_amount: 350,
        vendor_account: space.first.stripe_account,
        ...noMoneyYet(expect.stringMatching(/Z$/)),
        checkout_session,
        payment_intent: null,
        placed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
        lines: aCheckout().line_items,
        buyer_email: null,
        buyer_erased_at: null,
        failing_event: null,
        timeline: [
          {
            at: expect.stringMatching(/Z$/),
            entry: "placed",
            title: "Entered Checkout",
            detail: "The buyer was sent to Stripe to pay.",
          },
        ],
      })),
    );
  });

  it("are not another Marketplace's", async () => {
    expect(await list(undefined, space.second)).toEqual({
      status: 200,
      body: { data: [], next: null, searched_to: null },
    });
  });

  it.each<[string, (order: OrderB) => Promise<unknown>, string]>([
    ["refunded in part", (order) => order.refund(650), "Paid Partly refunded"],
    ["refunded", (order) => order.refund(), "Paid Refunded"],
    ["disputed", (order) => order.dispute(), "Paid Disputed"],
    ["asked about by the bank", (order) => order.dispute({ inquiry: true }), "Paid Disputed"],
    [
      "refunded in part, and the rest lost to the bank",
      async (order) => {
        await order.refund(650);
        await order.bank((await order.dispute({ amount: 1_240 })).id, "lose");
      },
      "Paid Disputed Partly refunded",
    ],
    ["disputed, and won", async (order) => await order.bank((await order.dispute()).id, "win"), "Paid"],
  ])(
    "say of one that is %s that it did not stay paid, on its own page, too",
    async (_what, happens, says) => {
      const order = await sharedOrderB();
      await happens(order);
      await order.settle();
      const vera = await representative(order.space);
      const { body = "" } = await handler(aVisit(vera, placeOf(order.space)));
      const [row = ""] = pageRows(body).filter((each) => each.startsWith(orderNumber(order.order.id)));
      expect(row.split(" | ")[2]).toBe(says);
      const path = { ...placeOf(order.space), order: order.order.id };
      const { body: page = "" } = await show(aVisit(vera, path));
      const [, standing = ""] = /<p class="standing">(.*?)<span>Payment split/s.exec(page) ?? [];
      expect(
        standing
          .replaceAll(/<[^>]*>/g, " ")
          .replaceAll(/\s+/g, " ")
          .trim(),
      ).toBe(`$18.90 ${says}`);
    },
  );

  it("come by pages, each of which leads to the next", async () => {
    const first = await list({ limit: "2" });
    const second = await list({ limit: "2", next: first.body.next });
    expect([...idsIn(first), ...idsIn(second)]).toEqual(placed.map(({ order }) => order));
    expect(second.body.next).toBeNull();
  });

  it("are those that a filter means", async () => {
    const ids = placed.map(({ order }) => order);
    expect(idsIn(await list({ status: "open", split: "none", from: "2020-01-01" }))).toEqual(ids);
    expect(idsIn(await list({ number: orderNumber(ids[1] ?? "").toLowerCase() }))).toEqual([ids[1]]);
    expect(idsIn(await list({ number: orderNumber("0".repeat(26)) }))).toEqual([]);
    expect(idsIn(await list({ status: "paid" }))).toEqual([]);
    expect(idsIn(await list({ split: "on_hold" }))).toEqual([]);
    expect(idsIn(await list({ to: "2020-01-01" }))).toEqual([]);
  });

  it.each([
    [{ status: "dead" }, "status: must be one of open, awaiting_payment, payment_failed, expired, paid"],
    [{ number: "7K3F" }, "number: must be an Order's number, such as `7K3F-92QD`"],
    [{ split: "paid" }, expect.stringContaining("split: must be one of none, waiting")],
    [{ from: "1.1.2026" }, expect.stringContaining("from: must be a time of UTC")],
    [{ from: "2026-11-20", to: "2026-11-19" }, "to: must not be before `from`"],
    [{ limit: "0" }, "limit: must be a whole number from 1 to 100"],
    [{ next: "abc" }, "next: is not what an earlier page answered"],
    [{ next: toCursor({ id: "evt_1", created: 1 }) }, "next: is not what an earlier page answered"],
  ])("are not listed for %j", async (query, message) => {
    expect(await list(query)).toEqual({ status: 400, body: { error: { code: "invalid_field", message } } });
  });
});

describe("to a Vendor's representative, a Marketplace's Orders", () => {
  const visit = async (of: TestSpace, query: Record<string, string> = {}) => ({
    ...aVisit(await representative(of), placeOf(of)),
    queryStringParameters: query,
  });
  const pathOf = (of: TestSpace): string =>
    `/spaces/${of.space}/rooms/${of.first.room}/marketplaces/${of.first.marketplace}`;

  it("are a page: what each comes to, how it stands, when it was placed, and the way to it", async () => {
    const { statusCode, headers, body = "" } = await handler(await visit(space));
    expect(statusCode).toBe(200);
    expect(headers?.["content-type"]).toMatch(/^text\/html/);
    expect(body).toContain("<h1>Orders</h1>");
    const links = [...body.matchAll(/<a href="([^"]*\/orders\/[^"]*)"/g)].map(([, href]) => href);
    expect(links).toEqual(placed.map(({ order }) => `${pathOf(space)}/orders/${order}`));
    expect(pageRows(body)).toEqual(
      placed.map(({ order }) => `${orderNumber(order)} | Checkout open |  | TIME | $58.50`),
    );
    expect(body).toContain(`<a href="${pathOf(space)}">First Vendor</a>`);
    expect(body).not.toMatch(/stripe_events|>Older</);
  });

  it("say of one that is paid where the Vendor's share is", async () => {
    const order = await orderB();
    await order.pay();
    const { body = "" } = await handler(await visit(order.space));
    expect(pageRows(body)).toEqual([
      `${orderNumber(order.order.id)} | jenny.rosen@example.com | Paid | Done | TIME | $18.90`,
    ]);
  });

  it("come by pages, each of which leads to the next", async () => {
    const { body: first = "" } = await handler(await visit(space, { limit: "2" }));
    const [, href = ""] = /<a href="([^"]*)">Older/.exec(first) ?? [];
    const { pathname, searchParams } = new URL(href.replaceAll("&amp;", "&"), "http://convene.invalid");
    expect(pathname).toBe(`${pathOf(space)}/orders`);
    const { body: second = "" } = await handler(await visit(space, Object.fromEntries(searchParams)));
    expect(second).toContain(placed[2]?.order);
    expect(second).not.toContain(placed[1]?.order);
    expect(second).toContain(`<a href="${pathOf(space)}/orders?limit=2">Newest</a>`);
  });

  it("are narrowed by a form, and stay so from page to page", async () => {
    const { body: first = "" } = await handler(await visit(space, { status: "open", split: "", limit: "2" }));
    expect(first).toContain('<option value="open" selected');
    const [, href = ""] = /<a href="([^"]*)">Older/.exec(first) ?? [];
    expect(href).toMatch(/status=open&amp;limit=2&amp;next=/);
    const { body: none = "" } = await handler(await visit(space, { status: "paid" }));
    expect(none).toContain("No Order matches these filters.");
    expect(none).toContain('aria-label="Remove the filter Status: Paid"');
    expect(none).not.toContain(placed[0]?.order);
  });

  it("take one read, however many there are", async () => {
    const request = await visit(space);
    const send = vi.spyOn(dynamodb, "send");
    onTestFinished(() => send.mockRestore());
    await handler(request);
    const queries = send.mock.calls.filter(([command]) => command instanceof QueryCommand);
    expect(queries).toHaveLength(1);
  });

  it("are in the digits that Stripe counts their currency in", async () => {
    const another = await aSpace();
    await checkOut(another, { body: aCheckout({ currency: "jpy" }) });
    expect((await handler(await visit(another))).body).toContain(">¥5,850</td>");
  });

  it("are none yet, and the page says what to do", async () => {
    const [connected, fresh] = await Promise.all([aSpace(), aSpace({ connected: false })]);
    expect((await handler(await visit(connected))).body).toContain(`POST ${pathOf(connected)}/checkouts`);
    const { body } = await handler(await visit(fresh));
    expect(body).toContain(`<a href="${pathOf(fresh)}/edit">connect it to Stripe</a>`);
  });

  it("are not shown for what was typed wrong: it stays, and what is wrong with it is said there", async () => {
    const wrong = { status: "dead", split: "on_hold", from: "1.1.2026", to: "" };
    const { statusCode, body = "" } = await handler(await visit(space, wrong));
    expect(statusCode).toBe(400);
    expect(body).toContain("<title>Error: Orders · First Vendor · Convene</title>");
    expect(body).toMatch(/<details class="filter" open><summary>Filter/);
    expect(body).toMatch(/<select id="status"[^>]* aria-invalid="true" autofocus/);
    expect(body).toContain('<option value="dead" selected>dead</option>');
    expect(body).toContain('<option value="on_hold" selected>');
    expect(body).toMatch(/<input id="from"[^>]* value="1\.1\.2026"/);
    expect(body).toMatch(/id="from-wrong" role="alert">From must be a time of UTC, <code>2026-11-20<\/code>/);
    expect(body).not.toMatch(/newest first|No Order|id="to-wrong"/);
    const { body: order = "" } = await handler(await visit(space, { from: "2026-11-20", to: "2026-11-19" }));
    expect(order).toMatch(/<input id="to"[^>]* aria-invalid="true" autofocus/);
    expect(order).toContain("To must not be before <code>from</code>.");
  });

  it("answer a wrong cursor with a page, too", async () => {
    const { statusCode, body } = await handler(await visit(space, { next: "abc" }));
    expect(statusCode).toBe(400);
    expect(body).toContain("next: is not what an earlier page answered");
    expect(body).toContain("<h1>That did not work</h1>");
  });
});
