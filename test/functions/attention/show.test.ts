import { expect, it, vi } from "vitest";
import { handler } from "../../../functions/attention/show.ts";
import { handler as showSpace } from "../../../functions/spaces/show.ts";
import { checkMarketplace } from "../../../lib/doctor/check_marketplace.ts";
import { marketplaceRow, SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import { updateMarketplace } from "../../../lib/marketplaces/update_marketplace.ts";
import { wakeHeldOrders } from "../../../lib/money/wake_held_orders.ts";
import { recoverSpace } from "../../../lib/recovery/recover_space.ts";
import { finishRun } from "../../../lib/stripe_events/finish_run.ts";
import { writeRefusals } from "../../../lib/stripe_events/refused_deliveries.ts";
import { marketplaceNow } from "../../support/connection.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { aVisit } from "../../support/forms.ts";
import { changeOrder, factRows, forgeRow, loseRow } from "../../support/money_rows.ts";
import { orderB } from "../../support/order_b.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { member, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue, storedEvent } from "../../support/stored_events.ts";

const list = async (space: TestSpace, query?: Record<string, string>) =>
  answerOf(
    await handler(
      aRequest({ path: { space: space.space }, headers: bearer(space.apiKey), ...(query && { query }) }),
    ),
  );

const paid = async (space?: TestSpace) => {
  const order = await orderB({}, space);
  await order.pay();
  await order.pass();
  return order;
};

it("lists what needs somebody, the longest waiting first, page by page, and nothing of another Space", async () => {
  const disputed = await paid();
  const { space } = disputed;
  const owing = await paid(space);
  const overpaid = await paid(space);
  await paid(space);
  expect((await list(space)).body).toEqual({
    data: [],
    next: null,
    endpoints: [],
    failures: [],
    stuck: null,
    incomplete: [],
  });

  await disputed.dispute();
  await disputed.settle();
  await overpaid.stripe.transfers.create({
    amount: 85,
    currency: "usd",
    destination: overpaid.order.vendor_account ?? "",
    source_transaction: await overpaid.charge(),
  });
  await overpaid.settle();
  await owing.vendorHas(0);
  await owing.refund(650);
  await owing.settle();

  const { data } = (await list(space)).body;
  expect(data).toMatchObject([
    {
      order: disputed.order.id,
      status: "done",
      reason: null,
      owed: 0,
      dispute: { status: "needs_response", amount: 1890, evidence_due_by: expect.any(Number) },
    },
    { order: overpaid.order.id, status: "on_hold", reason: "overpaid_by_hand", owed: 85, dispute: null },
    { order: owing.order.id, status: "on_hold", reason: "vendor_balance", owed: 417, currency: "usd" },
  ]);

  const first = (await list(space, { limit: "2" })).body;
  const second = (await list(space, { limit: "2", next: first.next })).body;
  expect([...first.data, ...second.data]).toEqual(data);
  expect(second.next).toBeNull();

  const other = await aSpace();
  expect((await list(other)).body).toMatchObject({ data: [], next: null });
  expect((await list(other, { next: first.next })).body).toMatchObject({ data: [], next: null });

  const { statusCode, body } = await handler(aVisit(await member(space), { space: space.space }));
  expect(statusCode).toBe(200);
  for (const { order } of [disputed, overpaid, owing]) expect(body).toContain(order.id);

  await owing.vendorHas(5_000);
  await owing.settle();
  expect((await list(space)).body.data).toHaveLength(2);
});

it("is for those who manage the Space", async () => {
  const space = await aSpace();
  const path = { space: space.space };
  expect((await handler(aRequest({ path, headers: bearer(space.sellKey) }))).statusCode).toBe(403);
  expect((await handler(aVisit(await representative(space), path))).statusCode).toBe(404);
  expect((await handler(aVisit(await member(await aSpace()), path))).statusCode).toBe(404);
  expect((await handler(aRequest({ path }))).statusCode).toBe(401);
});

it("shows and wakes the others where one row cannot be read", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const broken = await paid();
  const { space } = broken;
  const owing = await paid(space);
  for (const order of [broken, owing]) {
    await order.vendorHas(0);
    await order.refund(650);
    await order.settle();
  }
  await changeOrder(broken.order, { money: "lost" });
  expect((await list(space)).body.data).toMatchObject([{ order: owing.order.id }]);
  expect(await wakeHeldOrders(space.space, () => true)).toBe(1);
  vi.restoreAllMocks();
});

it("lists an Order that does not come out to the cent, with by how much, until it does", async () => {
  const order = await paid();
  const [row] = await factRows(order.order);
  await forgeRow({ ...row, amount: Number(row?.amount) + 1, net: Number(row?.net) + 1 });
  await order.settle();
  expect((await list(order.space)).body.data).toMatchObject([
    { order: order.order.id, status: "done", proof: { state: "off", difference: 1 } },
  ]);
  const { body } = await handler(aVisit(await member(order.space), { space: order.space.space }));
  expect(body).toContain("Difference $0.01");
  await loseRow(row ?? {});
  await order.settle();
  expect((await list(order.space)).body.data).toEqual([]);
});

it("tells where Stripe's events do not come through by the last checks, the Space's once, until something is changed", async () => {
  const space = await aSpace();
  const { first, second } = space;
  const endpoints = async () => (await list(space)).body.endpoints;
  const troubles = async () =>
    (await endpoints()).map(({ check, marketplace }: { check: string; marketplace: string | null }) => [
      check,
      marketplace,
    ]);
  const at = new Date().toISOString();
  const counted = new Map([["wrong_secret" as const, { times: 31, first_at: at, last_at: at }]]);
  for (const row of [SPACE_ROW, marketplaceRow(first)]) await writeRefusals(space.space, row, counted);
  for (const place of [first, second])
    await checkMarketplace(await marketplaceNow(space, { marketplace: place }));
  // The tests' address leads nowhere, so the self-test of each secret fails as well.
  const found = await troubles();
  expect(found.slice(0, 2)).toEqual([
    ["Space's webhook secrets", null],
    ["Refused at the Space's URL", null],
  ]);
  expect(found.slice(2).sort()).toEqual(
    [
      ["Marketplace's webhook secrets", first.marketplace],
      ["Marketplace's webhook secrets", second.marketplace],
      ["Refused at the Marketplace's URL", first.marketplace],
    ].sort(),
  );
  expect(await endpoints()).toContainEqual({
    marketplace: first.marketplace,
    check: "Refused at the Marketplace's URL",
    says: expect.stringMatching(/^Wrong secret since .*, 31 times/),
    checked_at: expect.stringMatching(/^20/),
  });
  for (const page of [handler, showSpace]) {
    const { body } = await page(aVisit(await member(space), { space: space.space }));
    expect(body).toMatch(/Not delivered<\/strong> <strong>Space's webhook secrets/);
    expect(body).toContain("Wrong secret since");
  }

  await updateMarketplace(await marketplaceNow(space), { stripe_webhook_endpoint_secret: [] }, "a test");
  expect((await troubles()).map(([, marketplace]: string[]) => marketplace)).not.toContain(first.marketplace);
});

it("tells what may be missing, since when and why, and what nobody runs", async () => {
  const space = await aSpace();
  await recoverSpace(space.space, new Date(Date.now() + PATIENCE_MS));
  const { id, body } = anEvent();
  await deliver(space, body);
  expect((await list(space)).body).toMatchObject({ stuck: null, incomplete: [] });

  await makeDue(space, id);
  vi.setSystemTime(Date.now() + 4 * 60 * 60_000);
  const { stuck, incomplete } = (await list(space)).body;
  expect(stuck).toMatchObject({ count: 1, example: id });
  expect(incomplete).toMatchObject([
    { part: "events", code: "recovery_late", since: expect.stringMatching(/^20/) },
  ]);
  const dana = await member(space);
  for (const page of [handler, showSpace]) {
    const { body: shown } = await page(aVisit(dana, { space: space.space }));
    expect(shown).toContain("Some events may be missing");
    expect(shown).toContain("though it is asked every hour");
  }
  expect((await handler(aVisit(dana, { space: space.space }))).body).toContain("1 event not run yet");
  vi.useRealTimers();
});

it("tells of events that were given up, or have failed for an hour, by cause, and not of what is just tried again", async () => {
  const space = await aSpace();
  const fails = async (outcome: "dead" | "retrying", cause: string, hoursAgo: number) => {
    const { id, body } = anEvent();
    await deliver(space, body);
    const event = await storedEvent(space, id);
    if (!event) throw new Error("not stored");
    const began = new Date(Date.now() - hoursAgo * 60 * 60_000);
    await finishRun(event, { outcome, cause, detail: "not yet" }, began);
  };
  await fails("retrying", "stripe:http_503", 0);
  expect((await list(space)).body.failures).toEqual([]);
  await fails("retrying", "stripe:timeout", 2);
  await fails("dead", "handler:order_mismatch", 0);
  expect((await list(space)).body.failures).toMatchObject([
    { cause: "handler:order_mismatch", count: 1, dead: 1 },
    { cause: "stripe:timeout", count: 1, dead: 0, retrying: 1 },
  ]);
  expect((await list(await aSpace())).body.failures).toEqual([]);
  const { body } = await handler(aVisit(await member(space), { space: space.space }));
  expect(body).toContain("handler:order_mismatch");
  expect(body).not.toContain("stripe:http_503");
});
