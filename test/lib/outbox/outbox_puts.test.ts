import { beforeAll, expect, it, vi } from "vitest";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { saveOrderNotifications } from "../../../lib/marketplaces/order_notifications.ts";
import { moveOrder } from "../../../lib/orders/move_order.ts";
import { IMPORT_CAUSE } from "../../../lib/orders/place_imported_order.ts";
import { type OrderB, orderB } from "../../support/order_b.ts";
import { outboxRows, toldOf } from "../../support/outbox.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

async function setUp(order: OrderB, mails: { order_notifications?: string[]; shop_mails_buyer?: boolean }) {
  const { room = "", marketplace } = order.order;
  await saveOrderNotifications(
    await getMarketplace({ space: order.space.space, room, marketplace }),
    mails,
    "a test",
  );
}

it("writes nothing where this installation sends no mails", async () => {
  const order = await orderB({}, space);
  await setUp(order, { order_notifications: ["shop@example.com"] });
  await order.pay();
  await order.pass();
  await order.refund(100);
  await order.settle();
  expect(await outboxRows(order.order)).toEqual([]);
});

it("tells of a payment those who were set up, and with it the address that the buyer gave Stripe", async () => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
  const told = async (mails: Parameters<typeof setUp>[1]) => {
    const order = await orderB({}, space);
    await setUp(order, { order_notifications: [], shop_mails_buyer: false, ...mails });
    expect(await toldOf(order.order)).toEqual([]);
    await order.pay();
    await order.tell();
    expect((await order.now()).buyer_email).toMatch(/@example\.com$/);
    return await toldOf(order.order);
  };
  expect(await told({})).toEqual(["order.paid to buyer"]);
  expect(await told({ shop_mails_buyer: true })).toEqual([]);
  expect(await told({ order_notifications: ["shop@example.com"] })).toEqual([
    "order.paid to buyer",
    "order.paid to notifications",
  ]);
});

it("tells of each refund and each turn of a dispute once, however often it is looked at", async () => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
  const order = await orderB({}, space);
  await setUp(order, { order_notifications: ["shop@example.com"], shop_mails_buyer: true });
  await order.pay();
  await order.pass();
  const { id: refund } = await order.refund(100);
  await order.settle();
  const { id: dispute } = await order.dispute({ amount: 500 });
  await order.settle();
  await order.bank(dispute, "win");
  await order.settle();
  await order.settle();
  const rows = (await outboxRows(order.order)).filter(({ channel }) => channel !== "members");
  expect(rows.map(({ fact, channel }) => [fact, channel])).toEqual([
    ["paid", "notifications"],
    [`${refund}#refund_recorded`, "notifications"],
    [`${dispute}#dispute_opened`, "notifications"],
    [`${dispute}#dispute_won`, "notifications"],
  ]);
  expect(rows[1]).toMatchObject({
    topic: "order.refunded",
    order: order.order.id,
    space: space.space,
    room: order.order.room,
    detail: "$1.00 for the buyer.",
    tries: 0,
  });
});

it("does not tell of what was paid before it came here", async () => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
  const { order } = await orderB({}, space);
  const at = new Date().toISOString();
  const paid = { status: "paid" as const, payment_intent: "pi_imported", at, detail: "" };
  const buyer = { buyer_email: "jo@example.com" };
  expect(await moveOrder(order, { ...paid, cause: IMPORT_CAUSE, buyer })).toBe(true);
  expect(await outboxRows(order)).toEqual([]);
});
