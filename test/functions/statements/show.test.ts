import { gunzipSync } from "node:zlib";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { handler as months } from "../../../functions/statements/index.ts";
import { handler as show } from "../../../functions/statements/show.ts";
import { handler as showSpace } from "../../../functions/statements/show_space.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { recoveryKey } from "../../../lib/dynamodb/keys.ts";
import { decideSplit } from "../../../lib/money/decide_split.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { aBookedOrder } from "../../support/booked_order.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aVisit } from "../../support/forms.ts";
import { orderB } from "../../support/order_b.ts";
import { pageRows } from "../../support/page_rows.ts";
import { member, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { control } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
let sold: Order;
let refunded: Order;
let abroad: Order;

beforeAll(async () => {
  space = await aSpace();
  refunded = await aBookedOrder(space, [
    ["2026-09-20"],
    ["2026-10-09", (order) => order.refund(650)],
    ["2026-11-02", (order) => order.refund(650)],
  ]);
  sold = await aBookedOrder(space, [["2026-10-02"]]);
  abroad = await aBookedOrder(space, [["2026-10-03"]], { currency: "jpy", fee: 68 });
  const Item = { ...recoveryKey(space.space), money: { until: "2026-11-01T00:00:00.000Z" } };
  await dynamodb.send(new PutCommand({ TableName: configuration.settingsTable, Item }));
});

const asked = (path: Record<string, string>, query: Record<string, string> = {}, headers = {}) =>
  aRequest({ path: { ...placeOf(space), ...path }, query, headers: { ...bearer(space.apiKey), ...headers } });
const vendors = async (month: string, query?: Record<string, string>) =>
  answerOf(await show(asked({ month }, query)));
const distributors = async (month: string, query?: Record<string, string>) =>
  answerOf(await showSpace(asked({ month }, query)));

it("explains what a refund took from the Vendor that is on its way", async () => {
  const order = await orderB();
  await order.pay();
  await order.vendorHas(5_000);
  await control(order.space, "weather", { refund_pending: "insufficient_funds" });
  const { id, created } = await order.refund(650);
  expect(await order.settle()).toBe("done");
  const month = new Date(created * 1_000).toISOString().slice(0, 7);
  const read = async () => {
    const place = { ...placeOf(order.space), month };
    return answerOf(await show(aRequest({ path: place, headers: bearer(order.space.apiKey) }))).body;
  };
  const before = await read();
  expect(before.statements).toMatchObject([
    { due: 1215, lines: { taken_back: { amount: 417 }, on_hold: { amount: -417 } }, difference: 0 },
  ]);
  expect(before.orders.data[0].entries).toContainEqual(
    expect.objectContaining({ line: "on_hold", amount: -417, why: "for a refund that is on its way" }),
  );
  await order.turnRefund(id, "succeed");
  await order.settle();
  expect((await read()).statements).toMatchObject([
    { due: 798, lines: { refunds: { amount: -417 }, on_hold: { amount: 0 } }, difference: 0 },
  ]);
});

describe("a Vendor's month", () => {
  it("has a statement for each currency, and every Order of it with what it is at Stripe", async () => {
    const { body } = await vendors("2026-10");
    expect(body).toMatchObject({ month: "2026-10", complete: true });
    const account = sold.vendor_account;
    expect(body.statements).toMatchObject([
      { account, currency: "jpy", due: 1232, difference: 0 },
      {
        account,
        currency: "usd",
        lines: {
          products: { amount: 1300, orders: 1 },
          fees: { amount: -85, orders: 1 },
          refunds: { amount: -417, orders: 1 },
          sent: { amount: -1215, orders: 1 },
          taken_back: { amount: 417, orders: 1 },
          from_earlier: { amount: 0, orders: 0 },
        },
        due: 798,
        difference: 0,
      },
    ]);
    expect(body.orders.next).toBeNull();
    expect(body.orders.data.map(({ order }: { order: string }) => order)).toEqual([
      abroad.id,
      sold.id,
      refunded.id,
    ]);
    expect(body.orders.data.at(-1).entries).toMatchObject([
      { line: "refunds", amount: -417, stripe: "re_2", why: "proportional", of: 650 },
      { line: "taken_back", amount: 417, stripe: "trr_3" },
    ]);
  });

  it("adds up, month by month, to what the Vendor holds in the end", async () => {
    const dues = await Promise.all(
      ["2026-09", "2026-10", "2026-11"].map(async (month) => {
        const { body } = await vendors(month);
        return body.statements.filter((each: { currency: string }) => each.currency === "usd")[0]?.due;
      }),
    );
    expect(dues).toEqual([1215, 798, -418]);
  });

  it("is one of zeros where nothing was booked", async () => {
    const { body } = await vendors("2026-08");
    expect(body.statements).toMatchObject([{ account: space.first.stripe_account, due: 0, difference: 0 }]);
    expect(body.orders).toEqual({ data: [], next: null });
  });

  it("leads page by page through its Orders, and through those of a line", async () => {
    const first = (await vendors("2026-10", { limit: "2" })).body.orders;
    const second = (await vendors("2026-10", { limit: "2", next: first.next })).body.orders;
    expect([...first.data, ...second.data].map(({ order }) => order)).toEqual([
      abroad.id,
      sold.id,
      refunded.id,
    ]);
    expect(second.next).toBeNull();
    const { orders } = (await vendors("2026-10", { line: "refunds" })).body;
    expect(orders.data.map(({ order }: { order: string }) => order)).toEqual([refunded.id]);
  });

  it("says so while records may be missing", async () => {
    expect((await vendors("2026-11")).body).toMatchObject({
      complete: false,
      complete_until: "2026-11-01T00:00:00.000Z",
    });
  });

  it.each([
    [{ month: "2026-13" }, {}],
    [{ month: "2999-01" }, {}],
    [{ month: "2026-10" }, { line: "profit" }],
    [{ month: "2026-10" }, { format: "pdf" }],
    [{ month: "2026-10" }, { next: "nowhere" }],
    [{ month: "2026-10" }, { limit: "0" }],
  ])("refuses %j with %j", async (path, query) => {
    const { status, body } = answerOf(await show(asked(path, query)));
    expect([status, body.error.code]).toEqual([400, "invalid_field"]);
  });
});

describe("as CSV", () => {
  const text = async (headers: Record<string, string>, query: Record<string, string> = {}) =>
    await show(asked({ month: "2026-10" }, query, headers));

  it.each([
    [{ accept: "text/csv" }, {}],
    [{ accept: "text/html" }, { format: "csv" }],
  ])("is had by %j and %j, and its amounts come to nothing", async (headers, query) => {
    const { body = "", headers: answered } = await text(headers, query);
    expect(answered).toMatchObject({
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": 'attachment; filename="store-2026-10.csv"',
    });
    const [headings = "", ...rows] = body.trimEnd().split("\r\n");
    expect(headings).toBe(
      "order,at,line,amount,amount_in_smallest_unit,currency,stripe,account,why,of,of_currency",
    );
    expect(rows).toContain(
      `${refunded.id},2026-10-09T12:00:00.000Z,refunds,-4.17,-417,usd,re_2,${refunded.vendor_account},proportional,6.50,usd`,
    );
    expect(rows.reduce((sum, row) => sum + Number(row.split(",")[4]), 0)).toBe(0);
  });

  it("comes packed to who takes it so", async () => {
    const {
      body = "",
      isBase64Encoded,
      headers,
    } = await text({ accept: "text/csv", "accept-encoding": "br, gzip" });
    expect([isBase64Encoded, headers?.["content-encoding"]]).toEqual([true, "gzip"]);
    expect(gunzipSync(Buffer.from(body, "base64")).toString()).toBe(
      (await text({ accept: "text/csv" })).body,
    );
  });
});

describe("the Distributor's month", () => {
  it("ties what is theirs to what the balance was changed by, and has each Marketplace", async () => {
    const { body } = await distributors("2026-10");
    expect(body.statements[1]).toMatchObject({
      currency: "usd",
      lines: {
        products: { amount: 1300 },
        delivery: { amount: 295 },
        tax: { amount: 295 },
        refunds: { amount: -650 },
      },
      due_to_vendors: 798,
      distributors: 590 - 650 + 417,
      from_orders: 590 - 650 + 417,
      balance_change: 590 - 650 + 417,
      difference: 0,
    });
    expect(body.marketplaces).toMatchObject([
      { name: "First Vendor", statements: [{ currency: "jpy" }, { currency: "usd", due: 798 }] },
      { name: "Second Vendor", statements: [] },
    ]);
  });

  it("has a row of each Vendor that adds up, with what they owe and what was written off", async () => {
    const order = await orderB();
    await order.pay();
    await order.vendorHas(100);
    const { created } = await order.refund(650);
    expect(await order.settle()).toBe("on_hold: vendor_balance");
    const month = new Date(created * 1_000).toISOString().slice(0, 7);
    const dana = await member(order.space);
    const row = async () => {
      const { body = "" } = await showSpace(aVisit(dana, { space: order.space.space, month }));
      const [found = ""] = pageRows(body).filter((each) => each.startsWith("First Vendor | acct_"));
      const [, head = ""] = /id="vendors-usd".*?<thead>(.*?)<\/thead>/s.exec(body) ?? [];
      const labels = [...head.matchAll(/<th[^>]*>([^<]*)</g)].map(([, label]) => label);
      return found
        .split(" | ")
        .map((cell, index) => `${labels[index]} ${cell}`)
        .slice(2);
    };
    expect(await row()).toEqual(["Due $7.98", "Sent −$11.15", "Owed $3.17", "Difference $0.00"]);
    await decideSplit(await order.now(), "write_off", "a member");
    expect(await row()).toEqual(["Due $7.98", "Sent −$11.15", "Written off $3.17", "Difference $0.00"]);
  });

  it("is nothing to a Vendor's representative, whose own months are", async () => {
    const rita = await representative(space);
    expect((await showSpace(aVisit(rita, { space: space.space, month: "2026-10" }))).statusCode).toBe(404);
    const { statusCode, body = "" } = await show(aVisit(rita, { ...placeOf(space), month: "2026-10" }));
    expect(statusCode).toBe(200);
    expect(body).toContain("Due to the Vendor");
    expect(body).not.toContain("Delivery");
    expect((await months(aVisit(rita, placeOf(space)))).statusCode).toBe(200);
  });
});

it("lists the months from the first that has something", async () => {
  const { body } = answerOf(await months(asked({})));
  expect(body.data.slice(-2)).toEqual([
    { month: "2026-10", complete: true },
    { month: "2026-09", complete: true },
  ]);
});
