import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/show.ts";
import { registry } from "../../../lib/stripe_events/registry.ts";
import { replayEvent } from "../../../lib/stripe_events/replay_event.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent, aThinEvent } from "../../support/events.ts";
import { aVisit } from "../../support/forms.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { atStripe, weather } from "../../support/orders.ts";
import { member } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { control } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue } from "../../support/stored_events.ts";
import { tableCallsOf, writesOf } from "../../support/table_calls.ts";

type Facts = Parameters<typeof anEvent>[0];

async function anEventOf(space: TestSpace, facts: Facts): Promise<string> {
  const { id, body } = anEvent(facts);
  await deliver(space, body);
  return id;
}

const ask = (space: TestSpace, event: string, query: Record<string, string> = { dry_run: "true" }) =>
  handler(aRequest({ path: { space: space.space, event }, headers: bearer(space.apiKey), query }));

const posts = async (space: TestSpace): Promise<number> =>
  (await control<{ data: { method: string }[] }>(space, "requests")).data.filter(
    ({ method }) => method !== "GET",
  ).length;

/** What handling the event would do; and that asking has written nothing, here or at Stripe. */
async function dryRunOf(space: TestSpace, event: string) {
  const before = await posts(space);
  const { result, calls } = await tableCallsOf(() => ask(space, event));
  expect(writesOf(calls)).toEqual([]);
  expect(await posts(space)).toBe(before);
  const { status, body } = answerOf(result);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.dry_run;
}

/** Its first run was lost, and a member replays it. */
async function handle(space: TestSpace, event: string): Promise<void> {
  await makeDue(space, event);
  await replayEvent(space.space, event, "a test");
}

const sentAndTaken = ({ steps }: { steps: { kind: string; amount: number }[] }): number[] =>
  steps.map(({ kind, amount }) => (kind === "transfer" ? amount : -amount));

/** What happened at Stripe, which event tells of it, and what would be moved, as cents to the Vendor. */
const STORIES: [string, (order: OrderB) => Promise<NonNullable<Facts>>, number[], string][] = [
  [
    "a refund",
    async (order) => ({ type: "refund.created", object: { id: (await order.refund(650)).id } }),
    [-417],
    "done",
  ],
  [
    "a refund, by its charge",
    async (order) => {
      await order.refund(650);
      return { type: "charge.refunded", object: { id: await order.charge() } };
    },
    [-417],
    "done",
  ],
  [
    "a dispute",
    async (order) => ({ type: "charge.dispute.created", object: { id: (await order.dispute()).id } }),
    [-1215],
    "done",
  ],
  [
    "something sent by hand",
    async (order) => {
      await order.sendByHand(85);
      const { data } = await order.stripe.transfers.list({ limit: 1 });
      return { type: "transfer.created", object: { id: data[0]?.id ?? "" } };
    },
    [],
    "on_hold",
  ],
  [
    "a checkout that is through already",
    async ({ order }) => ({ type: "checkout.session.completed", object: { id: order.checkout_session } }),
    [],
    "done",
  ],
];

describe("a dry run of an event", () => {
  it.each(STORIES)("of %s is what a replay then does", async (_what, happen, steps, status) => {
    const order = await sharedOrderB();
    const held = await order.net();
    const event = await anEventOf(order.space, await happen(order));
    const wouldDo = await dryRunOf(order.space, event);
    expect(wouldDo).toMatchObject({ outcome: "succeeded", order: order.order.id, split: { status } });
    expect(sentAndTaken(wouldDo)).toEqual(steps);
    const byHand = (await order.net()) - held;

    await handle(order.space, event);
    const moved = steps.reduce((sum, step) => sum + step, 0);
    expect(await order.net()).toBe(held + byHand + moved);
    expect(sentAndTaken(await dryRunOf(order.space, event))).toEqual([]);
  });

  it("of an Order's payment has the whole way: paid, and the Vendor's share", async () => {
    const order = await orderB();
    await atStripe(order.space, "pay", order.order.checkout_session);
    const object = { id: order.order.checkout_session };
    const event = await anEventOf(order.space, { type: "checkout.session.completed", object });
    const wouldDo = await dryRunOf(order.space, event);
    expect(wouldDo.detail).toBe(`Order ${order.order.id} would be paid; it is open now.`);
    expect(sentAndTaken(wouldDo)).toEqual([1215]);
    expect(await order.now()).toMatchObject({ status: "open" });

    await handle(order.space, event);
    expect(await order.now()).toMatchObject({ status: "paid" });
    expect(await order.net()).toBe(1215);
    expect((await dryRunOf(order.space, event)).detail).toBe(`Order ${order.order.id} is already paid.`);
  });

  it("of a transfer of ours does nothing, since its Order knows of it", async () => {
    const order = await sharedOrderB();
    const [sent] = await order.movements();
    await order.refund(100);
    const event = await anEventOf(order.space, {
      type: "transfer.created",
      object: { id: sent?.stripe ?? "" },
    });
    expect(await dryRunOf(order.space, event)).toEqual({
      outcome: "succeeded",
      detail: `Order ${order.order.id} knows of it, and nothing would be done.`,
      marketplace: order.order.marketplace,
      order: order.order.id,
      steps: [],
      split: null,
    });
    const held = await order.net();
    await handle(order.space, event);
    expect(await order.net()).toBe(held);
  });

  it("of an expired checkout moves no money", async () => {
    const order = await orderB();
    await atStripe(order.space, "expire", order.order.checkout_session);
    const object = { id: order.order.checkout_session };
    const event = await anEventOf(order.space, { type: "checkout.session.expired", object });
    expect(await dryRunOf(order.space, event)).toMatchObject({
      detail: `Order ${order.order.id} would be expired; it is open now.`,
      steps: [],
      split: null,
    });
  });
});

describe("in words, a dry run", () => {
  let space: TestSpace;
  beforeAll(async () => {
    space = await aSpace();
  });

  it.each<[string, Facts, object]>([
    [
      "a type that nobody handles",
      { type: "product.created" },
      { outcome: "ignored", detail: /no handler for product\.created/ },
    ],
    [
      "the other mode",
      { type: "charge.updated", livemode: true },
      { outcome: "ignored", detail: /of live mode/ },
    ],
    [
      "an object without an id",
      { type: "charge.updated", object: {} },
      { outcome: "dead", detail: /has no id/ },
    ],
    [
      "what Stripe does not have",
      { type: "charge.updated", object: { id: "ch_1" } },
      { outcome: "retrying", detail: /Stripe has no ch_1/ },
    ],
    [
      "a connected account's payment",
      { type: "charge.updated", account: "acct_1" },
      { outcome: "ignored", detail: /connected account/ },
    ],
    [
      "an account of nobody's",
      { type: "account.updated", account: "acct_1" },
      { outcome: "ignored", detail: /No Marketplace of this Space uses acct_1/ },
    ],
    [
      "the platform's own account",
      { type: "account.updated" },
      { outcome: "ignored", detail: /no connected account/ },
    ],
    [
      "the balance",
      { type: "balance.available", object: {} },
      { outcome: "succeeded", detail: /^0 Orders on hold would be looked at again\.$/ },
    ],
  ])(
    "says of %s what would become of it",
    async (_what, facts, { outcome, detail }: { outcome?: string; detail?: RegExp }) => {
      expect(await dryRunOf(space, await anEventOf(space, facts))).toEqual({
        outcome,
        detail: expect.stringMatching(detail ?? ""),
        marketplace: null,
        order: null,
        steps: [],
        split: null,
      });
    },
  );

  it("says of a thin event why it is none of ours", async () => {
    const { id, body } = aThinEvent();
    await deliver(space, body);
    expect(await dryRunOf(space, id)).toMatchObject({ outcome: "ignored", detail: /a thin event/ });
  });

  it("says of a Vendor's account who would be looked at, and how many Orders that are on hold", async () => {
    const order = await sharedOrderB();
    await order.vendorHas(0);
    await order.refund(650);
    await order.settle();
    const account = order.order.vendor_account ?? "";
    const of = (type: string) => anEventOf(order.space, { type, account, object: { id: account } });
    expect(await dryRunOf(order.space, await of("account.updated"))).toMatchObject({
      outcome: "succeeded",
      detail: `Stripe would be asked how ${account} stands, and what is kept of that for First Vendor be brought up to date. 1 Order on hold would be looked at again.`,
    });
    expect((await dryRunOf(order.space, await of("balance.available"))).detail).toBe(
      "1 Order on hold would be looked at again.",
    );
    expect((await dryRunOf(order.space, await of("account.application.deauthorized"))).detail).not.toContain(
      "on hold",
    );
  });

  it("has an answer for every type that is handled", async () => {
    for (const type of Object.keys(registry))
      expect(
        (await dryRunOf(space, await anEventOf(space, { type, object: { id: "xx_1" } }))).detail,
      ).toMatch(/\.$/);
  });

  it("says where Stripe is in the way", async () => {
    const other = await aSpace();
    const event = await anEventOf(other, { type: "charge.updated", object: { id: "ch_1" } });
    await weather(other, { unavailable: 100 });
    expect(answerOf(await ask(other, event))).toMatchObject({
      status: 503,
      body: { error: { code: "stripe_unavailable" } },
    });
  });
});

it("is made where it is asked for, and by no other word", async () => {
  const space = await aSpace();
  const event = await anEventOf(space, { type: "product.created" });
  expect(answerOf(await ask(space, event, {})).body.dry_run).toBeNull();
  expect(answerOf(await ask(space, event, { dry_run: "yes" }))).toMatchObject({
    status: 400,
    body: { error: { code: "invalid_field" } },
  });
});

it("is a page for a member: the steps with their amounts, and no button that does it but Replay", async () => {
  const order = await sharedOrderB();
  const { id } = await order.refund(650);
  const event = await anEventOf(order.space, { type: "refund.created", object: { id } });
  const visit = async (query: Record<string, string>) =>
    (
      await handler({
        ...aVisit(await member(order.space), { space: order.space.space, event }),
        queryStringParameters: query,
      })
    ).body ?? "";
  const path = `/spaces/${order.space.space}/stripe_events/${event}`;
  expect(await visit({})).toContain(`npm run reproduce -- --event ${event}</pre>`);
  expect(await visit({})).toContain(`href="${path}?dry_run=true">What would a replay do?</a>`);
  const page = await visit({ dry_run: "true" });
  expect(page).toContain("What a replay would do now</h2>");
  expect(page).toMatch(/<strong>\$4\.17<\/strong> back from/);
  expect(page).toContain(`/orders/${order.order.id}">Look at the Order</a>`);
});
