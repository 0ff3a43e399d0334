import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { handler } from "../../../functions/orders/create.ts";
import { handler as show } from "../../../functions/orders/show.ts";
import { listOrders } from "../../../lib/orders/list_orders.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { checkOut, placeOf } from "../../support/checkouts.ts";
import { runAndKill } from "../../support/crash.ts";
import {
  AMOUNTS,
  aSessionFromElsewhere,
  importOrder,
  importOrderRequest,
  sessionAtStripe,
} from "../../support/order_import.ts";
import { noMoneyYet } from "../../support/order_rows.ts";
import { atStripe } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { tableRows } from "../../support/table_rows.ts";

await ownTables();

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

const body = async () => ({ ...AMOUNTS, checkout_session: (await aSessionFromElsewhere(space)).id });
const ordersOf = async ({ marketplace } = space.first) =>
  (await listOrders(marketplace, { limit: 100, next: undefined })).data;

describe("who may carry an Order over", () => {
  keepsToItsSpace(handler, { method: "POST", body: "{}" });
});

describe("an Order that is carried over", () => {
  it("is answered with 201 as it is shown, and with 200 the next time", async () => {
    const sent = { ...(await body()), placed_at: "2026-11-20T10:00:00+02:00" };
    const answer = await importOrder(space, sent);
    expect(answer).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^[0-9A-Z]{26}$/),
        marketplace: space.first.marketplace,
        status: "open",
        currency: "usd",
        amount_total: 1_890,
        product_total: 1_300,
        delivery_amount: 500,
        tax_amount: 90,
        vendor_account: space.first.stripe_account,
        ...noMoneyYet("2026-11-20T08:00:00.000Z"),
        checkout_session: sent.checkout_session,
        payment_intent: null,
        placed_at: "2026-11-20T08:00:00.000Z",
        lines: null,
        buyer_email: null,
        buyer_erased_at: null,
        failing_event: null,
        timeline: [
          {
            at: expect.stringMatching(/^20/),
            entry: "carried_over",
            title: "Carried Over",
            detail: "The Order was begun elsewhere, and came here with its Checkout Session.",
          },
        ],
      },
    });
    const path = { ...placeOf(space), order: answer.body.id };
    const shown = answerOf(await show(aRequest({ path, headers: bearer(space.apiKey) })));
    expect(shown.body).toEqual(answer.body);
    expect(await importOrder(space, sent)).toEqual({ status: 200, body: answer.body });
  });

  it("needs no delivery and no taxes, where there were none", async () => {
    const { checkout_session } = await body();
    const sent = { checkout_session, product_total: 1_890 };
    const { status, body: order } = await importOrder(space, sent);
    expect(status).toBe(201);
    expect(order).toMatchObject({ product_total: 1_890, amount_total: 1_890 });
    expect(await importOrder(space, sent)).toEqual({ status: 200, body: order });
  });

  it("is one that was checked out here already, as it is", async () => {
    const placed = (await checkOut(space, { marketplace: space.second })).body;
    const before = await tableRows();
    const sent = {
      product_total: 5_000,
      delivery_amount: 500,
      tax_amount: 350,
      checkout_session: placed.checkout_session,
    };
    expect(await importOrder(space, sent, { marketplace: space.second })).toMatchObject({
      status: 200,
      body: { id: placed.order, timeline: [{ entry: "placed" }] },
    });
    expect(await tableRows()).toEqual(before);
  });
});

describe("refused, with nothing written, is", () => {
  const whole = "must be a whole number, in the currency's smallest unit";
  const time = "must be a time in the past, such as `2026-11-23T12:00:00Z`";
  const id = "must be a Checkout Session's id, `cs_test_…` or `cs_live_…`";

  it.each<[string, Record<string, unknown>, string]>([
    ["no session", { checkout_session: undefined }, "checkout_session: is missing"],
    ["a session that is no text", { checkout_session: 1 }, "checkout_session: must be a text"],
    ["another object's id", { checkout_session: "pi_1" }, `checkout_session: ${id}`],
    [
      "a session's id with more behind it",
      { checkout_session: "cs_test_1/expire" },
      `checkout_session: ${id}`,
    ],
    ["no product total", { product_total: undefined }, "product_total: is missing"],
    ["an amount that is a text", { product_total: "1300" }, `product_total: ${whole}`],
    ["a fraction", { tax_amount: 0.9 }, `tax_amount: ${whole}`],
    ["a negative amount", { delivery_amount: -500 }, "delivery_amount: must not be negative"],
    ["too much", { product_total: 1e12 }, "product_total: must be at most 999999999999"],
    ["a time that is none", { placed_at: "yesterday" }, `placed_at: ${time}`],
    ["a time in the future", { placed_at: "2126-01-01T00:00:00Z" }, `placed_at: ${time}`],
    ["a time that no clock shows", { placed_at: "2026-02-28T99:00:00Z" }, `placed_at: ${time}`],
    ["an unknown field", { status: "paid" }, "status: is no field here"],
    [
      "a division that does not come to the session's amount",
      { tax_amount: 91 },
      "product_total: comes with delivery_amount and tax_amount to 1891, but the Checkout Session to 1890",
    ],
    [
      "a session of the other mode",
      { checkout_session: "cs_live_1" },
      "checkout_session: is of live mode, and this Space's key of test mode",
    ],
  ])("%s", async (_what, change, message) => {
    const sent = { ...(await body()), ...change };
    const before = await tableRows();
    expect(await importOrder(space, sent)).toEqual({
      status: 400,
      body: { error: { code: "invalid_field", message } },
    });
    expect(await tableRows()).toEqual(before);
  });

  it.each([
    ["a session that nobody has", async () => "cs_test_nobodys"],
    ["a session of another platform", async () => (await aSessionFromElsewhere(await aSpace())).id],
  ])("%s", async (_what, session) => {
    const sent = { ...AMOUNTS, checkout_session: await session() };
    const before = await tableRows();
    expect(await importOrder(space, sent)).toEqual({
      status: 404,
      body: {
        error: {
          code: "no_such_checkout_session",
          message: `Stripe has no ${sent.checkout_session} for this Space's key. Is it of another platform account?`,
        },
      },
    });
    expect(await tableRows()).toEqual(before);
  });

  it("what is no JSON", async () => {
    const answer = answerOf(
      await handler({ ...importOrderRequest(space, {}), body: "checkout_session=cs_test_1" }),
    );
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "not_json" } } });
  });

  it("anything while the table of Orders does not answer", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const sent = await body();
    vi.stubEnv("ORDERS_TABLE", "no-such-table");
    try {
      expect(await importOrder(space, sent)).toMatchObject({
        status: 503,
        body: { error: { code: "unavailable" } },
      });
    } finally {
      vi.unstubAllEnvs();
      log.mockRestore();
    }
    expect((await sessionAtStripe(space, sent.checkout_session)).metadata).toEqual({});
  });
});

it("is made good by the same request wherever the process was killed", async () => {
  const file = fileURLToPath(new URL("../../../functions/orders/create.ts", import.meta.url));
  for (let step = 1; ; step++) {
    const sent = await body();
    await atStripe(space, "pay", sent.checkout_session);
    const before = (await ordersOf()).length;
    const killed = await runAndKill(file, importOrderRequest(space, sent), { step, when: "after" });
    if (killed) expect(await importOrder(space, sent)).toMatchObject({ body: { status: "paid" } });
    const orders = (await ordersOf()).filter(
      ({ checkout_session }) => checkout_session === sent.checkout_session,
    );
    expect(orders).toMatchObject([{ status: "paid", payment_intent: expect.stringMatching(/^pi_/) }]);
    expect(await ordersOf()).toHaveLength(before + 1);
    const [order] = orders;
    const session = await sessionAtStripe(space, sent.checkout_session);
    const metadata = { order: order?.id, marketplace: space.first.marketplace };
    expect(session).toMatchObject({ metadata, payment_intent: { metadata } });
    if (killed) continue;
    // The API key, the Marketplace, (the Utility is looked for), the session, whether it was carried over, the Order
    // with its row, the session told, the Order settled, the intent told, the Order again; and (looked for) its timeline.
    expect(step - 1).toBe(9);
    return;
  }
});
