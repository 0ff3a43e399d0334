import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/search/show.ts";
import { orderNumber } from "../../../lib/orders/order_number.ts";
import { eventPath, marketplacePath, orderPath, ordersPath, utilityEditPath } from "../../../lib/urls.ts";
import { forgetPlatform } from "../../../lib/utilities/platform.ts";
import { saveApiToken } from "../../support/api_tokens.ts";
import { placeOf } from "../../support/checkouts.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { type OrderB, orderB } from "../../support/order_b.ts";
import { atStripe, weather } from "../../support/orders.ts";
import { member } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { control } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aStripeKey } from "../../support/stripe_keys.ts";
import { tableCallsOf } from "../../support/table_calls.ts";

const search = async ({ space, apiKey }: TestSpace, q?: string) =>
  answerOf(
    await handler(
      aRequest({ path: { space }, headers: bearer(apiKey), ...(q !== undefined && { query: { q } }) }),
    ),
  );

let order: OrderB;
let other: TestSpace;
/** Everything at Stripe that belongs to the Order, by what it is called here. */
let ids: Record<string, string>;

beforeAll(async () => {
  order = await orderB();
  other = await aSpace();
  await order.pay();
  await order.pass();
  const refund = await order.refund(650);
  await order.settle();
  const dispute = await order.dispute({ amount: 300 });
  await order.settle();
  await order.sendByHand(1);
  const { stripe, charge } = order;
  const { data: transfers } = await stripe.transfers.list({ transfer_group: order.order.id });
  const [transfer, byHand] = [transfers.at(-1), transfers[0]];
  const [reversal] = (await stripe.transfers.listReversals(transfer?.id ?? "")).data;
  ids = {
    order: order.order.id,
    checkout_session: order.order.checkout_session,
    payment_intent: (await order.now()).payment_intent ?? "",
    charge: await charge(),
    refund: refund.id,
    dispute: dispute.id,
    transfer: transfer?.id ?? "",
    "transfer by hand": byHand?.id ?? "",
    reversal: reversal?.id ?? "",
    "balance transaction of the charge": String(
      (await stripe.charges.retrieve(await charge())).balance_transaction,
    ),
    "balance transaction of the reversal": String(reversal?.balance_transaction),
  };
});

const NAMES = [
  "order",
  "checkout_session",
  "payment_intent",
  "charge",
  "refund",
  "dispute",
  "transfer",
  "transfer by hand",
  "reversal",
  "balance transaction of the charge",
  "balance transaction of the reversal",
];

describe.each(NAMES)("the id of the Order's %s", (name) => {
  it("leads to the Order, at a handful of reads, and of another Space's to nothing", async () => {
    const id = ids[name] ?? "";
    expect(id).not.toBe("");
    const { result, calls } = await tableCallsOf(() => search(order.space, id));
    expect(result).toEqual({
      status: 200,
      body: {
        data: [
          {
            kind: "order",
            id: order.order.id,
            path: orderPath(placeOf(order.space), order.order.id),
          },
        ],
      },
    });
    expect(calls.length).toBeLessThanOrEqual(8);
    expect(await search(other, id)).toEqual({ status: 200, body: { data: [] } });
  });
});

it("leads to an Order that nobody has paid yet, by its session", async () => {
  const open = await orderB({}, order.space);
  const { body } = await search(
    order.space,
    `https://checkout.stripe.com/c/pay/${open.order.checkout_session}#x`,
  );
  expect(body.data).toMatchObject([{ kind: "order", id: open.order.id }]);
});

it("leads to an Order whose payment nobody has told of, by its intent", async () => {
  const paid = await orderB({}, order.space);
  await atStripe(paid.space, "pay", paid.order.checkout_session);
  const { payment_intent } = await paid.stripe.checkout.sessions.retrieve(paid.order.checkout_session);
  expect((await search(order.space, String(payment_intent))).body.data).toMatchObject([
    { id: paid.order.id },
  ]);
});

it("leads to an event, and to no other Space's", async () => {
  const { id, body } = anEvent();
  await deliver(other, body);
  expect((await search(other, id)).body).toEqual({
    data: [{ kind: "stripe_event", id, path: eventPath(other.space, id) }],
  });
  expect((await search(order.space, id)).body).toEqual({ data: [] });
});

it("leads to Marketplaces by their id and their Vendor's account, and to the Utility by the Space's own", async () => {
  const { space, first, stripeAccount, utility } = other;
  const marketplace = {
    kind: "marketplace",
    id: first.marketplace,
    path: marketplacePath({ space, ...first }),
  };
  expect((await search(other, first.marketplace)).body).toEqual({ data: [marketplace] });
  expect((await search(other, first.stripe_account ?? "")).body).toEqual({ data: [marketplace] });
  expect((await search(other, stripeAccount)).body).toEqual({
    data: [{ kind: "utility", id: utility, path: utilityEditPath(space, utility) }],
  });
  for (const id of [first.marketplace, first.stripe_account ?? "", stripeAccount])
    expect((await search(order.space, id)).body).toEqual({ data: [] });
});

it.each([
  ["a word", "Cheese"],
  ["a key", "sk_test_123"],
  ["a long text", `${"x ".repeat(1_000)}ch_1`],
])("refuses %s, which has no id in it", async (_what, q) => {
  expect(await search(other, q)).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "invalid_field",
        message: expect.stringMatching(/^q: must be a buyer's address, or have an id in it/),
      },
    },
  });
});

it("finds nothing where nothing is asked for, or Stripe has no such thing", async () => {
  for (const q of [
    undefined,
    "",
    "  ",
    "ch_nothing",
    "trr_nothing",
    "txn_nothing",
    "evt_nothing",
    "acct_nothing",
  ])
    expect(await search(other, q)).toEqual({ status: 200, body: { data: [] } });
});

it("finds what is in our own rows though the Space's key is gone, and else says so", async () => {
  const paid = await orderB();
  await paid.pay();
  const { payment_intent = "" } = await paid.now();
  await saveApiToken(paid.space.space, undefined, paid.space.utility);
  forgetPlatform(paid.space.space);
  expect((await search(paid.space, payment_intent)).body.data).toMatchObject([{ id: paid.order.id }]);
  expect(await search(paid.space, "ch_any")).toMatchObject({
    status: 409,
    body: { error: { code: "no_api_token" } },
  });
});

it("says which key is needed where the Space's may not read that", async () => {
  const restricted = await aSpace();
  const { key } = await aStripeKey({ permissions: ["event_read"] });
  await saveApiToken(restricted.space, key, restricted.utility);
  forgetPlatform(restricted.space);
  expect(await search(restricted, "ch_any")).toMatchObject({
    status: 409,
    body: {
      error: { code: "stripe_key_restricted", message: expect.stringContaining("may not read ch_any") },
    },
  });
});

it("says what is in the way at Stripe", async () => {
  await weather(other, { unavailable: 100 });
  expect(await search(other, "ch_any")).toMatchObject({
    status: 503,
    body: { error: { code: "stripe_unavailable" } },
  });
  await weather(other, { unavailable: 0 });
  await control(other, "weather", {});
});

it("is a page for people, which keeps what they typed and says what is wrong with it", async () => {
  const person = await member(order.space);
  const visit = async (q?: string) => {
    const request = aRequest({
      path: { space: order.space.space },
      headers: { accept: "text/html" },
      ...(q !== undefined && { query: { q } }),
    });
    const { statusCode, body = "" } = await handler({ ...request, cookies: person.cookies });
    expect(statusCode).toBe(q === 'Che"ese' ? 400 : 200);
    return body;
  };
  expect(await visit()).toContain('role="search"');
  expect(await visit(ids.charge)).toContain(`href="${orderPath(placeOf(order.space), order.order.id)}"`);
  const wrong = await visit('Che"ese');
  expect(wrong).toContain('value="Che&quot;ese"');
  expect(wrong).toContain("Id or address must be a buyer's address, or have an id in it");
  expect(await visit("ch_nothing")).toContain("leads to nothing in this Space");
  const number = orderNumber(order.order.id);
  const orders = ordersPath(placeOf(order.space));
  expect(await visit(`order ${number.toLowerCase()}`)).toContain(`href="${orders}?number=${number}"`);
});
