import { beforeEach, expect, it, vi } from "vitest";
import { handler as send } from "../../../functions/mails/send.ts";
import { handler as sendDue } from "../../../functions/mails/send_due.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { saveOrderNotifications } from "../../../lib/marketplaces/order_notifications.ts";
import { timelineOf } from "../../../lib/orders/timeline_of.ts";
import { changeOrder } from "../../support/money_rows.ts";
import { type OrderB, orderB } from "../../support/order_b.ts";
import { outboxRecord, outboxRows, rowIsDue } from "../../support/outbox.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aContext } from "../../support/requests.ts";
import { startSes } from "../../support/ses.ts";
import { aSpace } from "../../support/spaces.ts";

await ownTables();
const ses = await startSes();

const BUYER = "jo@example.com";
const SHOP = ["vendor@shop.example", "distributor@shop.example"];

beforeEach(() => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
  vi.stubEnv("SMTP_URL", "");
  ses.taken.length = 0;
  ses.asked = 0;
  ses.answers = [];
  ses.of.clear();
});

/** An Order that was just paid, of which nobody was told. */
async function paidOrder(): Promise<OrderB> {
  const space = await aSpace();
  const { room, marketplace } = space.first;
  const seller = await getMarketplace({ space: space.space, room, marketplace });
  await saveOrderNotifications(seller, { order_notifications: SHOP }, "a test");
  const order = await orderB({}, space);
  await changeOrder(order.order, { buyer_email: BUYER });
  await order.pay();
  return order;
}

async function stream(order: OrderB): Promise<void> {
  const Records = (await outboxRows(order.order)).filter(({ sent_at }) => !sent_at).map(outboxRecord);
  await send({ Records }, aContext());
}

async function minute(order: OrderB): Promise<void> {
  for (const row of await outboxRows(order.order)) if (row.outbox_at) await rowIsDue(row);
  await sendDue({}, aContext());
}

const told = () => ses.taken.map(({ to }) => to.join()).sort();
const entriesOf = async ({ order }: OrderB) =>
  (await timelineOf(order)).filter(({ entry }) => /notif/.test(entry)).map(({ entry }) => entry);

it("sends by Amazon SES, each mail once, and says when it has taken them", async () => {
  const order = await paidOrder();
  await stream(order);
  await minute(order);
  expect(told()).toEqual([...SHOP, BUYER].sort());
  expect((await entriesOf(order)).sort()).toEqual(["buyer_notified", "notifications_sent"]);
  for (const { to, email } of ses.taken) {
    const isBuyer = to.includes(BUYER);
    expect(email.headers.some(({ key }) => key === "list-unsubscribe")).toBe(!isBuyer);
  }
});

it.each([
  { refuses: "TooManyRequestsException", says: "Maximum sending rate exceeded." },
  { refuses: "AccountSuspendedException", says: "The account was suspended." },
  "hangs up" as const,
])("tries later what it does not take now, and gives nothing up: %j", async (answer) => {
  const order = await paidOrder();
  for (const address of [BUYER, ...SHOP]) ses.of.set(address, answer);
  await stream(order);
  await minute(order);
  expect([told(), await entriesOf(order)]).toEqual([[], []]);
  for (const { outbox_at } of await outboxRows(order.order))
    expect(Date.parse(outbox_at ?? "") - Date.now()).toBeLessThan(60_000);
  ses.of.clear();
  await minute(order);
  expect(told()).toEqual([...SHOP, BUYER].sort());
});

it("holds up nobody for an address that it refuses, and says so", async () => {
  const order = await paidOrder();
  ses.of.set(BUYER, { refuses: "BadRequestException", says: "Local address contains control or whitespace" });
  ses.of.set("vendor@shop.example", { refuses: "MessageRejected", says: "Address is on the list" });
  await stream(order);
  expect(told()).toEqual(["distributor@shop.example"]);
  expect((await entriesOf(order)).sort()).toEqual(["notification_failed", "notifications_sent"]);
  const asked = ses.asked;
  await minute(order);
  expect(ses.asked).toBe(asked);
});
