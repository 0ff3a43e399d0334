import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../../functions/erasures/run.ts";
import { handler as sendDue } from "../../../functions/mails/send_due.ts";
import { handler as search } from "../../../functions/search/show.ts";
import { handler as showEvent } from "../../../functions/stripe_events/show.ts";
import { after, now } from "../../../lib/clock.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { paymentIntentKey } from "../../../lib/dynamodb/keys.ts";
import { eraseBuyer } from "../../../lib/erasure/erase_buyer.ts";
import { eraseInSpace } from "../../../lib/erasure/erase_in_space.ts";
import { getOrder } from "../../../lib/orders/get_order.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { presentOrder } from "../../../lib/orders/present_order.ts";
import { recoverSpace } from "../../../lib/recovery/recover_space.ts";
import { unpackPayload } from "../../../lib/stripe_events/payload/payload.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { replayEvent } from "../../../lib/stripe_events/replay_event.ts";
import { StoredEvent } from "../../../lib/stripe_events/stored_event.ts";
import { cachedPlatform, forgetPlatform } from "../../../lib/utilities/platform.ts";
import { aCheckout, checkOut } from "../../support/checkouts.ts";
import { deliver, storeMany } from "../../support/deliveries.ts";
import { dyingAt } from "../../support/dying.ts";
import { anEvent } from "../../support/events.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { aMailbox } from "../../support/mailbox.ts";
import { backUp, factRows, forgeRow, loseOrder, orderRow } from "../../support/money_rows.ts";
import { AMOUNTS, aSessionFromElsewhere, importOrder } from "../../support/order_import.ts";
import { atStripe, weather } from "../../support/orders.ts";
import { outboxRows, rowIsDue } from "../../support/outbox.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { member, type Person } from "../../support/people.ts";
import { aContext, answerOf, aRequest, bearer } from "../../support/requests.ts";
import { control } from "../../support/simulator.ts";
import { aNewSpace, aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";
import { tableRows } from "../../support/table_rows.ts";
import { throttle } from "../../support/throttling.ts";

await ownTables();

const ADDRESS = "Jo.Buyer@example.com";
const MINUTE_MS = 60_000;

const mailbox = await aMailbox();

let space: TestSpace;
let dana: Person;
beforeEach(async () => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
  vi.stubEnv("SMTP_URL", mailbox.url);
  mailbox.received.length = 0;
  space = await aSpace();
  await weather(space, { late_fee: false });
  dana = await member(space);
});
afterEach(() => {
  vi.useRealTimers();
});

const path = () => ({ space: space.space });

/** As a program in dana's session asks. */
const asked = (body: unknown) => ({
  ...aRequest({
    method: "POST",
    path: path(),
    headers: {
      accept: "application/json",
      origin: new URL(configuration.baseUrl).origin,
      "x-csrf-token": dana.csrf,
    },
    body: JSON.stringify(body),
  }),
  cookies: dana.cookies,
});
const erase = async (email = ADDRESS) => answerOf(await run(asked({ email, confirm: true })));
const run = async (event: Parameters<typeof handler>[0]) => v.parse(Answer, await handler(event, aContext()));
const Answer = v.looseObject({ statusCode: v.optional(v.number()), body: v.optional(v.string()) });

const preview = async (email?: string) =>
  answerOf(
    await search({
      ...aRequest({
        path: path(),
        headers: bearer(space.apiKey),
        ...(email !== undefined && { query: { email } }),
      }),
      routeKey: "GET /spaces/{space}/erasures",
    }),
  );

/** The next run of the clock, when what was under way has come to its end. */
async function nextRun(): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * MINUTE_MS });
  await handler({}, aContext(5 * MINUTE_MS));
}

/** An Order of the buyer's, with a note; `pay` has it paid, and all that Stripe tells of it delivered and handled. */
async function anOrderOf(
  customer_email: string | undefined,
  { pay = true, where = space } = {},
): Promise<Order> {
  const line = { name: "Cake", unit_amount: 1_300, quantity: 1, note: "For Jo, at the back door" };
  const { body } = await checkOut(where, {
    body: aCheckout({ line_items: [line], ...(customer_email && { customer_email }) }),
  });
  const order = await getOrder(where.first.marketplace, body.order);
  if (pay) {
    await atStripe(where, "pay", order.checkout_session);
    await tellAll(where);
  }
  return order;
}

const orderNow = ({ marketplace, id }: Order): Promise<Order> => getOrder(marketplace, id);

/** Delivers whatever Stripe has to tell of the Space and was not delivered, and handles it. @returns the ids */
async function tellAll(where: TestSpace): Promise<string[]> {
  const { stripe } = await cachedPlatform(where.space);
  const told: string[] = [];
  for await (const event of stripe.events.list({ limit: 100 })) {
    if (await storedEvent(where, event.id)) continue;
    await deliver(where, JSON.stringify(event, undefined, 2));
    told.push(event.id);
  }
  for (const id of told) await handle(where, id);
  return told;
}

async function handle(where: TestSpace, id: string): Promise<void> {
  const event = await storedEvent(where, id);
  if (event) await processEvent(event);
}

/** All that the tables have of the Space, with the payloads unpacked, in small letters. */
async function everything(): Promise<string> {
  const own = [space.space, space.first.marketplace, space.second.marketplace];
  const rows = (await tableRows()).filter((row) => own.some((id) => JSON.stringify(row).includes(id)));
  const texts = rows.map((row) => {
    const event = v.safeParse(StoredEvent, row);
    const payload = event.success && event.output.payload;
    return JSON.stringify(row) + (payload ? unpackPayload(payload, event.output).toString("utf8") : "");
  });
  return texts.join("\n").toLowerCase();
}

const payloadsOf = async (): Promise<number> =>
  (await tableRows()).filter((row) => row.space === space.space && row.payload).length;

it("takes a buyer out of all there is, and leaves the money as it was", async () => {
  const [order, another] = [await anOrderOf(ADDRESS), await anOrderOf("another@example.com")];
  for (const row of await outboxRows(order)) if (row.outbox_at) await rowIsDue(row);
  await sendDue({}, aContext());
  expect(mailbox.received.flatMap(({ recipients }) => recipients)).toContain(ADDRESS);
  const before = await presentOrder(await orderNow(order));
  const facts = await factRows(order);
  expect(await everything()).toContain(ADDRESS.toLowerCase());

  const { status, body } = await erase();

  expect(status).toBe(200);
  expect(body).toMatchObject({
    orders: 1,
    complete: true,
    done_at: null,
    buyer: expect.stringMatching(/^[\w-]{22}$/),
  });
  expect(body.payloads).toBeGreaterThan(1);
  const all = await everything();
  expect(all).not.toContain(ADDRESS.toLowerCase());
  expect(all.split("back door")).toHaveLength(2); // the other buyer's
  const after_ = await presentOrder(await orderNow(order));
  expect(after_).toMatchObject({
    ...before,
    buyer_email: null,
    buyer_erased_at: body.erased_at,
    lines: expect.anything(),
    timeline: expect.anything(),
  });
  expect(after_.lines).toEqual([{ name: "Cake", unit_amount: 1_300, quantity: 1 }]);
  expect(after_.timeline.find(({ entry }) => entry === "buyer_notified")?.detail).toBe(
    "The mail server has taken the mail to (erased).",
  );
  expect(await factRows(order)).toEqual(facts);
  expect(await orderNow(another)).toMatchObject({ buyer_email: "another@example.com" });
  expect((await presentOrder(await orderNow(another))).lines).toMatchObject([
    { note: "For Jo, at the back door" },
  ]);
  expect(await payloadsOf()).toBeGreaterThan(0);
});

it("leaves the same buyer's Orders in another Space", async () => {
  const other = await aSpace();
  const theirs = await anOrderOf(ADDRESS, { where: other });
  await anOrderOf(ADDRESS);
  await erase();
  expect(await orderNow(theirs)).toMatchObject({ buyer_email: ADDRESS });
});

it("says first what it comes to, and changes nothing by that", async () => {
  await anOrderOf(ADDRESS);
  await anOrderOf(ADDRESS, { pay: false });
  const rows = await tableRows();
  expect(await preview(` ${ADDRESS.toUpperCase()} `)).toEqual({
    status: 200,
    body: { data: [], preview: { orders: 2, unsettled: 1, mails: 1 } },
  });
  expect(await preview("nobody@example.com")).toMatchObject({
    body: { preview: { orders: 0, unsettled: 0, mails: 0 } },
  });
  expect(await preview()).toEqual({ status: 200, body: { data: [], preview: null } });
  expect(await preview("Jo")).toMatchObject({ status: 400, body: { error: { code: "invalid_field" } } });
  expect(await tableRows()).toEqual(rows);
});

it("is in the audit once, without the address, and asked for again does nothing", async () => {
  await anOrderOf(ADDRESS);
  const { body: first } = await erase();
  await nextRun();
  const rows = async () =>
    (await tableRows()).filter(
      ({ pk, sk }) => pk === `SPACE#${space.space}` && !String(sk).startsWith("LOCK#"),
    );
  const before = await rows();
  const entries = before.filter(({ what }) => String(what).startsWith("erased a buyer"));
  expect(entries).toMatchObject([{ actor: dana.email, what: "erased a buyer, with 1 Order" }]);
  const { body: second } = await erase("  JO.buyer@example.com");
  expect(second).toMatchObject({
    erased_at: first.erased_at,
    done_at: expect.any(String),
    orders: 0,
    payloads: 0,
  });
  expect(await rows()).toEqual(before);
  expect((await preview()).body.data).toEqual([
    { buyer: first.buyer, erased_at: first.erased_at, done_at: second.done_at },
  ]);
});

it.each([
  ["no confirmation", { email: ADDRESS }],
  ["a confirmation that is none", { email: ADDRESS, confirm: false }],
  ["no address", { confirm: true }],
  ["an address that is none", { email: "Jo", confirm: true }],
  ["what there is no field for", { email: ADDRESS, confirm: true, orders: ["01"] }],
])("refuses %s, and erases nothing", async (_what, body) => {
  const order = await anOrderOf(ADDRESS, { pay: false });
  expect(answerOf(await run(asked(body)))).toMatchObject({
    status: 400,
    body: { error: { code: "invalid_field" } },
  });
  expect(await orderNow(order)).toMatchObject({ buyer_email: ADDRESS });
});

it("keeps the key by which the Order is found until what was under way has ended", async () => {
  const order = await anOrderOf(ADDRESS, { pay: false });
  const { body } = await erase();
  expect(await orderNow(order)).toMatchObject({ buyer_key: body.buyer });
  await nextRun();
  expect((await orderNow(order)).buyer_key).toBeUndefined();
  expect((await preview()).body.data).toMatchObject([{ done_at: expect.any(String) }]);
});

it("finds what a run wrote that had not heard of it", async () => {
  const order = await anOrderOf(ADDRESS, { pay: false });
  const seen = await orderRow(order);
  await erase();
  await forgeRow(seen);
  await nextRun();
  expect(await everything()).not.toContain(ADDRESS.toLowerCase());
});

it("sends no mail to a buyer who was erased while it waited", async () => {
  // Of other Spaces' mails, some may be due by now.
  const address = "waits@example.com";
  const order = await anOrderOf(address);
  await erase(address);
  for (const row of await outboxRows(order)) if (row.outbox_at) await rowIsDue(row);
  await sendDue({}, aContext());
  expect(mailbox.received.flatMap(({ recipients }) => recipients)).not.toContain(address);
  expect(await outboxRows(order)).toMatchObject([
    { channel: "buyer", error: "there is nobody to tell any more" },
  ]);
});

it("does its work whatever write its process dies at", { timeout: PATIENCE_MS }, async () => {
  let step = 0;
  for (let died = true; died; ) {
    step += 1;
    for (const when of ["before", "after"] as const) {
      const address = `dying-${step}-${when}@example.com`;
      const order = await anOrderOf(address, { pay: false });
      const press = () => eraseBuyer(space.space, address, "a test", after(now(), MINUTE_MS));
      died = await dyingAt(step, when, press);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * MINUTE_MS });
      // By itself, where so much was written as that it was asked for; else by pressing again.
      await eraseInSpace(space.space, after(now(), MINUTE_MS));
      const isWritten = step > 1 || when === "after";
      expect((await orderNow(order)).buyer_email).toBe(isWritten ? undefined : address);
      if (!isWritten) await press();
      vi.useRealTimers();
      expect(await orderNow(order)).toMatchObject({ buyer_erased_at: expect.any(String) });
    }
  }
  expect(step).toBeGreaterThan(5);
  expect(await everything()).not.toContain("dying-");
});

describe("what is heard after it", () => {
  it("does not bring the address of an Order that nobody had told of", async () => {
    const order = await anOrderOf(undefined, { pay: false });
    await atStripe(space, "pay", order.checkout_session);
    const { stripe } = await cachedPlatform(space.space);
    const { customer_details } = await stripe.checkout.sessions.retrieve(order.checkout_session);
    const address = customer_details?.email ?? "";
    const { body } = await erase(address);
    const told = await tellAll(space);
    const paid = await orderNow(order);
    expect(paid).toMatchObject({ status: "paid", buyer_erased_at: body.erased_at });
    expect(paid.buyer_email).toBeUndefined();
    expect((await outboxRows(order)).filter(({ channel }) => channel === "buyer")).toEqual([]);
    expect(told.length).toBeGreaterThan(1);
    expect(await everything()).not.toContain(address.toLowerCase());
  });

  it("leaves no payload of an Order that was erased, be its event of later", async () => {
    const order = await anOrderOf(ADDRESS);
    await erase();
    await nextRun();
    vi.useRealTimers();
    forgetPlatform(space.space);
    const { stripe } = await cachedPlatform(space.space);
    await stripe.refunds.create({
      payment_intent: (await orderNow(order)).payment_intent ?? "",
      amount: 100,
    });
    const told = await tellAll(space);
    const events = await Promise.all(told.map((id) => storedEvent(space, id)));
    const theirs = events.filter((event) => event?.order === order.id);
    expect(theirs.length).toBeGreaterThan(0);
    for (const event of theirs) {
      expect(event).toMatchObject({ status: "succeeded", erased_at: expect.any(String) });
      expect(event?.payload).toBeUndefined();
    }
  });

  describe("in an event that has no handler, and comes after it,", () => {
    const hear = async (facts: Parameters<typeof anEvent>[0]) => {
      const { id, body } = anEvent(facts);
      await deliver(space, body);
      await handle(space, id);
      return await storedEvent(space, id);
    };

    it("leaves no payload that names them, or is of their Order by its payment intent, as it came or later", async () => {
      const { payment_intent } = await orderNow(await anOrderOf(ADDRESS));
      const review = { id: "prv_1", object: "review", payment_intent, ip_address: "192.0.2.7" };
      const before = await hear({ type: "review.opened", object: review });
      expect(before?.payload).toBeDefined();
      await erase();
      const customer = { id: "cus_1", object: "customer", email: ADDRESS };
      const heard = [
        await storedEvent(space, before?.id ?? ""),
        await hear({ type: "customer.updated", object: customer }),
        await hear({ type: "review.closed", object: review }),
        await hear({ type: "payment_intent.succeeded", object: { id: payment_intent } }),
      ];
      for (const event of heard) {
        expect(event).toMatchObject({ status: "ignored", erased_at: expect.any(String) });
        expect(event?.payload).toBeUndefined();
      }
      expect(await everything()).not.toMatch(/jo\.buyer|192\.0\.2\.7/);
    });

    it("leaves those of others, and of what the same buyer buys later", async () => {
      await anOrderOf(ADDRESS);
      const another = await orderNow(await anOrderOf("another@example.com"));
      await erase();
      await control(space, "clock", { advance_s: 60 });
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + MINUTE_MS });
      const again = await orderNow(await anOrderOf(ADDRESS));
      const object = { id: "prv_1", object: "review", payment_intent: again.payment_intent, email: ADDRESS };
      const heard = [
        await hear({ type: "customer.updated", object: { id: "cus_2", email: "another@example.com" } }),
        await hear({
          type: "review.opened",
          object: { id: "prv_2", payment_intent: another.payment_intent },
        }),
        await hear({ type: "review.opened", object }),
      ];
      for (const event of heard) expect(event?.payload).toBeDefined();
    });

    it("is tried again where a table does not say whose it is", async () => {
      const { payment_intent = "" } = await orderNow(await anOrderOf(ADDRESS));
      await erase();
      const object = { id: "prv_1", object: "review", payment_intent };
      const down = throttle(paymentIntentKey(payment_intent).pk);
      const event = await hear({ type: "review.opened", object });
      expect(event).toMatchObject({ status: "retrying", payload: expect.anything() });
      down[Symbol.dispose]();
      const again = await replayEvent(space.space, event?.id ?? "", "a test");
      expect(again).toMatchObject({ status: "ignored", erased_at: expect.any(String) });
      expect(again.payload).toBeUndefined();
    });
  });

  it("does not come back by a repeated delivery or a replay, and is not fetched for the event's page", async () => {
    const order = await anOrderOf(ADDRESS);
    const { stripe } = await cachedPlatform(space.space);
    const { data } = await stripe.events.list({ type: "checkout.session.completed", limit: 1 });
    const [event] = data;
    if (!event) throw new Error("Stripe has told nothing");
    await erase();
    await deliver(space, JSON.stringify(event, undefined, 2));
    await replayEvent(space.space, event.id, "a test");
    expect((await storedEvent(space, event.id))?.payload).toBeUndefined();
    expect((await orderNow(order)).buyer_email).toBeUndefined();
    const shown = await showEvent(
      aRequest({ path: { ...path(), event: event.id }, headers: bearer(space.apiKey) }),
    );
    expect(answerOf(shown).body).toMatchObject({
      payload: null,
      payload_note: expect.stringMatching(/^It named a buyer, who was erased: \d{4}/),
    });
  });

  it("leaves what the same buyer buys later", async () => {
    await anOrderOf(ADDRESS);
    await erase();
    await control(space, "clock", { advance_s: 60 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + MINUTE_MS });
    const again = await anOrderOf(ADDRESS);
    expect(await orderNow(again)).toMatchObject({ status: "paid", buyer_email: ADDRESS });
    await nextRun();
    expect(await orderNow(again)).toMatchObject({ buyer_email: ADDRESS });
    expect((await preview(ADDRESS)).body.preview).toMatchObject({ orders: 1 });
    expect(await payloadsOf()).toBeGreaterThan(0);
    expect((await erase()).body).toMatchObject({ orders: 1, done_at: null });
    expect((await orderNow(again)).buyer_email).toBeUndefined();
  });

  it("does not come with an Order that is made anew from Stripe", async () => {
    const order = await anOrderOf(ADDRESS);
    await erase();
    await loseOrder(order);
    await recoverSpace(space.space, after(now(), PATIENCE_MS));
    const made = await orderNow(order);
    expect(made).toMatchObject({ status: "paid", buyer_erased_at: expect.any(String) });
    expect(made.buyer_email).toBeUndefined();
  });

  it("does not come with an Order that is carried over", async () => {
    const session = await aSessionFromElsewhere(space);
    await atStripe(space, "pay", session.id);
    const { stripe } = await cachedPlatform(space.space);
    const { customer_details } = await stripe.checkout.sessions.retrieve(session.id);
    await erase(customer_details?.email ?? "");
    const { body } = await importOrder(space, { ...AMOUNTS, checkout_session: session.id });
    expect(body).toMatchObject({ status: "paid", buyer_email: null, buyer_erased_at: expect.any(String) });
  });

  it("does not stay in older tables that were restored, once an operator has it looked for again", async () => {
    const order = await anOrderOf(ADDRESS);
    const restore = await backUp(order);
    const events = (await tableRows()).filter((row) => row.space === space.space && row.payload);
    await erase();
    await nextRun();
    vi.useRealTimers();
    await restore();
    for (const { pk, payload } of events)
      await dynamodb.send(
        new UpdateCommand({
          TableName: configuration.eventsTable,
          Key: { pk },
          UpdateExpression: "SET payload = :payload",
          ExpressionAttributeValues: { ":payload": payload },
        }),
      );
    expect(await everything()).toContain(ADDRESS.toLowerCase());
    await handler({ again: true }, aContext());
    await nextRun();
    expect(await everything()).not.toContain(ADDRESS.toLowerCase());
    expect((await orderNow(order)).buyer_key).toBeUndefined();
  });
});

it("goes on where its time was over, and is not done before it has read everything", async () => {
  const order = await anOrderOf(ADDRESS);
  await storeMany(space, 101);
  const payloads = await payloadsOf();
  const over = () => after(now(), -1);
  const { complete } = await eraseBuyer(space.space, ADDRESS, "a test", over());
  expect(complete).toBe(false);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * MINUTE_MS });
  // The pass that goes on began too early: what was under way may have written behind it.
  expect(await eraseInSpace(space.space, over())).toMatchObject({ complete: true });
  expect((await preview()).body.data).toMatchObject([{ done_at: null }]);
  expect(await eraseInSpace(space.space, over())).toMatchObject({ complete: false });
  expect(await orderNow(order)).toMatchObject({ buyer_key: expect.any(String) });
  expect(await eraseInSpace(space.space, over())).toMatchObject({ complete: true });
  expect((await preview()).body.data).toMatchObject([{ done_at: expect.any(String) }]);
  expect((await orderNow(order)).buyer_key).toBeUndefined();
  expect(await payloadsOf()).toBeLessThan(payloads);
  expect(await everything()).not.toContain(ADDRESS.toLowerCase());
});

it("is a page with the preview and the button, which people without the role do not get", async () => {
  await anOrderOf(ADDRESS);
  const visit = async (query?: Record<string, string>, status = 200) => {
    const request = { ...aVisit(dana, path()), routeKey: "GET /spaces/{space}/erasures" };
    const answer = await search({ ...request, ...(query && { queryStringParameters: query }) });
    expect(answer.statusCode).toBe(status);
    return answer.body ?? "";
  };
  expect(await visit()).toContain("Nobody yet.");
  expect(await visit({ email: "Jo" }, 400)).toContain("must be an email address");
  const shown = await visit({ email: ADDRESS });
  expect(shown).toContain("<strong>1 Order</strong>");
  expect(shown).toContain("1 mail to the buyer waits");
  expect(shown).toContain("Erase this buyer");
  const sent = await run(aForm(dana, path(), { email: ADDRESS, confirm: "true" }));
  expect(sent).toMatchObject({ statusCode: 303, headers: { location: `/spaces/${space.space}/erasures` } });
  expect(await visit()).toContain("One more look within the hour");
  const wrong = await run(aForm(dana, path(), { email: "Jo", confirm: "true" }));
  expect(wrong.statusCode).toBe(400);
  expect(wrong.body).toContain("must be an email address");
});

it("says the address in no log", async () => {
  const spies = (["info", "warn", "error"] as const).map((level) => vi.spyOn(console, level));
  await anOrderOf(ADDRESS);
  await erase();
  await preview(ADDRESS);
  const lines = spies.flatMap((spy) => spy.mock.calls.flat()).join("\n");
  expect(lines).toContain("erased buyers were looked for");
  expect(lines.toLowerCase()).not.toContain(ADDRESS.toLowerCase());
});

it("has nobody to erase where no key was ever saved", async () => {
  const { space: fresh } = await aNewSpace();
  await expect(eraseBuyer(fresh, ADDRESS, "a test", now())).rejects.toMatchObject({ code: "no_api_token" });
});
