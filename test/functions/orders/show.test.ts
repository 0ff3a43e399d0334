import { ulid } from "ulid";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { handler as list } from "../../../functions/orders/index.ts";
import { handler } from "../../../functions/orders/show.ts";
import { orderNumber } from "../../../lib/orders/order_number.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { aCheckout, checkOut, placeOf } from "../../support/checkouts.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { aVisit } from "../../support/forms.ts";
import { noMoneyYet } from "../../support/order_rows.ts";
import { anOrder, atStripe, weather } from "../../support/orders.ts";
import { member, representative, stranger } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { statementIn, wrongSums } from "../../support/statement_in.ts";
import { makeDue, storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
let placed: { order: string; checkout_session: string };
beforeAll(async () => {
  space = await aSpace();
  placed = (await checkOut(space)).body;
});

const show = async (order: string | undefined, marketplace = space.first) =>
  answerOf(
    await handler(
      aRequest({
        path: { ...placeOf(space, marketplace), ...(order !== undefined && { order }) },
        headers: bearer(space.apiKey),
      }),
    ),
  );

describe("who may see an Order", () => {
  keepsToItsSpace(handler, { path: { order: ulid() } });
});

describe("an Order", () => {
  it("is shown with its timeline", async () => {
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(await show(placed.order)).toEqual({
      status: 200,
      body: {
        id: placed.order,
        marketplace: space.first.marketplace,
        status: "open",
        currency: "usd",
        amount_total: 5_850,
        product_total: 5_000,
        delivery_amount: 500,
        tax_amount: 350,
        vendor_account: space.first.stripe_account,
        ...noMoneyYet(time),
        checkout_session: placed.checkout_session,
        payment_intent: null,
        placed_at: time,
        lines: aCheckout().line_items,
        buyer_email: null,
        buyer_erased_at: null,
        failing_event: null,
        timeline: [
          {
            at: time,
            entry: "placed",
            title: "Entered Checkout",
            detail: "The buyer was sent to Stripe to pay.",
          },
        ],
      },
    });
  });

  const notFound = {
    status: 404,
    body: { error: { code: "not_found", message: "There is nothing here, or it is not yours." } },
  };

  it.each([
    ["an id that was never minted", ulid()],
    ["an id longer than any key", "1".repeat(1_100)],
    ["no ULID", "1001"],
    ["no id", undefined],
  ])("is not found by %s", async (_what, order) => {
    expect(await show(order)).toEqual(notFound);
  });

  it("is not found in another Marketplace of the Space", async () => {
    expect(await show(placed.order, space.second)).toEqual(notFound);
  });
});

describe("an Order of which Stripe has told what could not be followed", () => {
  /** Receives that a session was paid, as its object's metadata says for which Order, and runs it. */
  async function tell(of: TestSpace, session: string, metadata: Record<string, string>): Promise<string> {
    const { id, body } = anEvent({ type: "checkout.session.completed", object: { id: session, metadata } });
    await deliver(of, body);
    await run(of, id);
    return id;
  }
  async function run(of: TestSpace, id: string): Promise<void> {
    const event = await storedEvent(of, id);
    if (event) await processEvent(event);
  }
  async function aPaidOrder() {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    return order;
  }

  it("says so until it is, with the way to the event for members", async () => {
    const { id, marketplace, checkout_session } = await aPaidOrder();
    await weather(space, { unavailable: 2 });
    const event = await tell(space, checkout_session, { marketplace, order: id });
    expect((await show(id)).body).toMatchObject({
      status: "open",
      failing_event: {
        id: event,
        type: "checkout.session.completed",
        status: "retrying",
        failed_at: expect.stringMatching(/Z$/),
        detail: expect.stringContaining("Stripe answered 503"),
        next_run_at: expect.stringMatching(/Z$/),
      },
    });
    const { body: listed } = answerOf(
      await list(aRequest({ path: placeOf(space), headers: bearer(space.apiKey), query: { limit: "1" } })),
    );
    expect(listed.data).toMatchObject([{ id, failing_event: { id: event } }]);

    const path = { ...placeOf(space), order: id };
    const { body: text = "" } = await handler(aVisit(await member(space), path));
    expect(text).toContain("Stripe says that the buyer completed checkout; our last try failed");
    expect(text).toMatch(/Stripe answered 503.*<time .*Next try <time /s);
    expect(text).toContain(`<a href="/spaces/${space.space}/stripe_events/${event}">Open the event</a>`);
    const { body: representatives = "" } = await handler(aVisit(await representative(space), path));
    expect(representatives).toContain("Stripe says that the buyer completed checkout</h2>");
    expect(representatives).toContain("We could not record it yet and are working on it.");
    expect(representatives).not.toMatch(/stripe_events|Stripe answered 503|our last try failed/);

    await makeDue(space, event);
    await run(space, event);
    expect((await show(id)).body).toMatchObject({ status: "paid", failing_event: null });
  });

  it("is not led to an event of another's session by what that event says of itself", async () => {
    const { id, marketplace } = await aPaidOrder();
    const { checkout_session: others } = await anOrder(space);
    await weather(space, { unavailable: 2 });
    await tell(space, others, { marketplace, order: id });
    expect((await show(id)).body).toMatchObject({ failing_event: null });
  });

  it("is not led to an event of another Space", async () => {
    const { id, marketplace, checkout_session } = await aPaidOrder();
    const other = await aSpace();
    await tell(other, checkout_session, { marketplace, order: id });
    expect((await show(id)).body).toMatchObject({ failing_event: null });
  });
});

describe("the page of an Order", () => {
  const isLive = async (order: string, query: Record<string, string> = {}): Promise<boolean> => {
    const visit = aVisit(await member(space), { ...placeOf(space), order });
    const { body = "" } = await handler({ ...visit, queryStringParameters: query });
    expect(body.includes("<noscript>")).toBe(body.includes("data-live"));
    return body.includes("data-live");
  };

  it("comes up to date by itself, but for what somebody has asked it, until an hour has brought nothing new", async () => {
    onTestFinished(() => void vi.useRealTimers());
    const { order } = (await checkOut(space)).body;
    expect(await isLive(order)).toBe(true);
    expect(await isLive(order, { amount: "1.00" })).toBe(false);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61 * 60_000 });
    expect(await isLive(order)).toBe(false);
  });

  it("comes up to date by itself until the Order is over", async () => {
    const { id, checkout_session } = await anOrder(space);
    await atStripe(space, "expire", checkout_session);
    expect(await isLive(id)).toBe(true);
    const { id: event, body } = anEvent({
      type: "checkout.session.expired",
      object: { id: checkout_session },
    });
    await deliver(space, body);
    const stored = await storedEvent(space, event);
    if (stored) await processEvent(stored);
    expect((await show(id)).body).toMatchObject({ status: "expired" });
    expect(await isLive(id)).toBe(false);
  });
});

describe("to a Vendor's representative, an Order", () => {
  const path = (order: string) => ({ ...placeOf(space), order });

  it("is a page: what it comes to, how it stands, and how it went", async () => {
    const { statusCode, body = "" } = await handler(aVisit(await representative(space), path(placed.order)));
    expect(statusCode).toBe(200);
    expect(body).toContain(`<h1>Order ${orderNumber(placed.order)}</h1>`);
    expect(body).toContain(`<dt>Order</dt><dd><code data-copy="true">${placed.order}</code></dd>`);
    const sale = statementIn(body, "sale");
    expect(sale.map(({ words, amount }) => `${words}: ${amount}`)).toEqual([
      "3 × Sourdough loaf at $12.00: $36.00",
      "1 × Rye loaf: $14.00",
      "Products: $50.00",
      "Delivery: $5.00",
      "Taxes: $3.50",
      "Total: $58.50",
    ]);
    expect(wrongSums(sale)).toEqual([]);
    expect(body).toContain('<strong class="pill soft">Checkout open</strong>');
    expect(body).toContain(`<code>${placed.checkout_session}</code>`);
    expect(body).toMatch(
      /Entered Checkout<\/strong>.*The buyer was sent to Stripe to pay\..*<time datetime="20/s,
    );
    // The event log is not theirs.
    expect(body).not.toContain("stripe_events");
  });

  it("says to whom it was sold, and what the buyer noted, as text", async () => {
    const [line] = aCheckout().line_items;
    const sold = aCheckout({
      line_items: [{ name: "Cake", unit_amount: 4_200, quantity: 1, ...line, note: "For <Ada>" }],
      customer_email: "jenny@example.com",
    });
    const { order } = (await checkOut(space, { body: sold })).body;
    const { body = "" } = await handler(aVisit(await representative(space), path(order)));
    expect(body).toContain("<dt>Buyer</dt><dd>jenny<wbr/>@example.<wbr/>com</dd>");
    expect(body).toContain('<br/><span class="soft"><bdi>For &lt;Ada></bdi></span>');
    expect(body).not.toContain("<Ada>");
  });

  it("is not there where it is not, or to somebody else", async () => {
    for (const visit of [
      aVisit(await representative(space), path(ulid())),
      aVisit(await stranger(), path(placed.order)),
    ]) {
      const { statusCode, body } = await handler(visit);
      expect(statusCode).toBe(404);
      expect(body).toContain("<h1>Nothing here</h1>");
    }
  });
});
