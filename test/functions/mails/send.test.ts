import { fileURLToPath } from "node:url";
import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { handler as send } from "../../../functions/mails/send.ts";
import { handler as sendDue } from "../../../functions/mails/send_due.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { marketplaceKey, spaceOutboxKey } from "../../../lib/dynamodb/keys.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { saveOrderNotifications } from "../../../lib/marketplaces/order_notifications.ts";
import { addMember } from "../../../lib/members/change_members.ts";
import { orderNumber } from "../../../lib/orders/order_number.ts";
import { timelineOf } from "../../../lib/orders/timeline_of.ts";
import { timelineTitle } from "../../../lib/orders/timeline_titles.ts";
import { OutboxRow } from "../../../lib/outbox/outbox_row.ts";
import { warnOfFailures } from "../../../lib/stripe_events/warn_of_failures.ts";
import { runAndKill } from "../../support/crash.ts";
import { aMailbox } from "../../support/mailbox.ts";
import { changeOrder } from "../../support/money_rows.ts";
import { type OrderB, orderB } from "../../support/order_b.ts";
import { outboxRecord, outboxRows, rowIsDue } from "../../support/outbox.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aContext } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent } from "../../support/stored_events.ts";

await ownTables();

const FROM = "orders@convene.example";
const BUYER = "jo@example.com";
const SHOP = ["vendor@shop.example", "distributor@shop.example"];
const DAY_MS = 24 * 60 * 60_000;

const mailbox = await aMailbox();

let space: TestSpace;
beforeEach(async () => {
  vi.stubEnv("MAIL_FROM", FROM);
  vi.stubEnv("SMTP_URL", mailbox.url);
  mailbox.received.length = 0;
  mailbox.refuses.clear();
  space = await aSpace();
  await hearing(SHOP);
});

const seller = async () => {
  const { room, marketplace } = space.first;
  return await getMarketplace({ space: space.space, room, marketplace });
};

async function hearing(order_notifications: string[]): Promise<void> {
  await saveOrderNotifications(await seller(), { order_notifications }, "a test");
}

/** An Order that was just paid, by this buyer. */
async function paidOrder(buyer_email = BUYER): Promise<OrderB> {
  const order = await orderB({}, space);
  await changeOrder(order.order, { buyer_email });
  await order.pay();
  return order;
}

/** The stream brings what was written of the Order and was not sent. */
async function stream(order: OrderB): Promise<void> {
  const Records = (await outboxRows(order.order)).filter(({ sent_at }) => !sent_at).map(outboxRecord);
  await send({ Records }, aContext());
}

/** The time comes at which all that is left is due. */
async function minute(...orders: OrderB[]): Promise<void> {
  for (const { order } of orders)
    for (const row of await outboxRows(order)) if (row.outbox_at) await rowIsDue(row);
  await sendDue({}, aContext());
}

const entriesOf = async (order: OrderB) =>
  (await timelineOf(order.order))
    .filter(({ entry }) => /notif/.test(entry))
    .map(({ entry, detail }) => `${timelineTitle(entry)}: ${detail}`)
    .sort();

it("tells the buyer and each of the Order Notifications of a payment, in Convene's words", async () => {
  const order = await paidOrder();
  await stream(order);
  const { id } = order.order;
  expect(mailbox.seen().sort()).toEqual([
    `distributor@shop.example: Order Received for First Vendor: ${orderNumber(id)}`,
    `${BUYER}: Order Placed at First Vendor!`,
    `vendor@shop.example: Order Received for First Vendor: ${orderNumber(id)}`,
  ]);
  const [toBuyer] = mailbox.received.filter(({ recipients }) => recipients.includes(BUYER));
  expect(toBuyer).toMatchObject({
    from: { name: "First Vendor", address: FROM },
    to: [{ address: BUYER }],
    replyTo: SHOP.map((address) => ({ address })),
  });
  for (const words of [toBuyer?.text, toBuyer?.html?.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")]) {
    expect(words).toMatch(/Placed At \w+ \d+, 20\d\d at \d+:\d\d [AP]M UTC/);
    expect(words).toMatch(/2 × Sourdough bread:? +\$13\.00/);
    expect(words).toMatch(/Subtotal:? +\$13\.00/);
    expect(words).toMatch(/Taxes:? +\$0\.90\s+Delivery:? +\$5\.00\s+Total:? +\$18\.90/);
    expect(words).toContain(`Order ${orderNumber(id)} (${id}).`);
    expect(words).not.toMatch(/Look at the Order/);
  }
  const [toShop] = mailbox.received.filter(({ recipients }) => recipients.includes(SHOP[0] ?? ""));
  expect(toShop).toMatchObject({ replyTo: [{ address: BUYER }], text: expect.stringContaining(BUYER) });
  expect(toShop?.text).toContain(`Order ${id}. You get this`);
  expect(toShop?.text).toContain(`${configuration.baseUrl}/spaces/${space.space}/rooms/store/marketplaces/`);
  expect(await entriesOf(order)).toEqual([
    `Notification to Buyer Sent: The mail server has taken the mail to ${BUYER}.`,
    `Notifications to Vendor and Distributor Sent: The mail server has taken the mail to ${SHOP.join(", ")}.`,
  ]);
});

it("lets who hears of Orders stop by one click, and offers no such thing to a buyer", async () => {
  await stream(await paidOrder());
  const headers = mailbox.received.map(({ recipients: [to], headers: all }) => {
    const of = (key: string) => all.find((header) => header.key === key)?.value;
    return { to, url: of("list-unsubscribe"), post: of("list-unsubscribe-post") };
  });
  const mine = headers.filter(({ to }) => to !== BUYER);
  expect(headers.find(({ to }) => to === BUYER)).toMatchObject({ url: undefined, post: undefined });
  for (const { url, post } of mine) {
    expect(url).toMatch(/^<http:\/\/convene\.invalid:3000\/spaces\/[^>\s]*\/unsubscribe\?token=[\w-]+>$/);
    expect(post).toBe("List-Unsubscribe=One-Click");
  }
  expect(new Set(mine.map(({ url }) => url)).size).toBe(2);
});

it("tells of refunds and disputes, too", async () => {
  const order = await paidOrder();
  await stream(order);
  mailbox.received.length = 0;
  await order.pass();
  await order.refund(100);
  await order.settle();
  await order.dispute({ amount: 500 });
  await order.settle();
  await stream(order);
  const { id } = order.order;
  expect(mailbox.seen().sort()).toEqual(
    SHOP.toSorted().flatMap((address) => [
      `${address}: Dispute Opened for First Vendor: ${orderNumber(id)}`,
      `${address}: Refund Recorded for First Vendor: ${orderNumber(id)}`,
    ]),
  );
  expect(mailbox.received.map(({ text }) => text).join()).toContain("$1.00 for the buyer.");
  expect(await entriesOf(order)).toContain(
    `Notifications to Vendor and Distributor Sent: The mail server has taken the mail about “Refund Recorded” to ${SHOP.join(", ")}.`,
  );
});

it("sends nothing twice that the stream brings twice, at once or later", async () => {
  const order = await paidOrder();
  const Records = (await outboxRows(order.order)).map(outboxRecord);
  await Promise.all([send({ Records }, aContext()), send({ Records }, aContext())]);
  await send({ Records }, aContext());
  await minute(order);
  expect(mailbox.received).toHaveLength(3);
});

it("tells nobody whose address was removed meanwhile", async () => {
  const order = await paidOrder();
  await hearing(SHOP.slice(0, 1));
  await stream(order);
  expect(mailbox.received.map(({ recipients }) => recipients.join()).sort()).toEqual([BUYER, SHOP[0]].sort());
});

it("gives up what a mailbox refuses for good, says so on the Order, and sends the others theirs", async () => {
  const order = await paidOrder();
  mailbox.refuses.set(BUYER, 550).set(SHOP[1] ?? "", 553);
  await stream(order);
  await minute(order);
  expect(mailbox.seen()).toEqual([
    `${SHOP[0]}: Order Received for First Vendor: ${orderNumber(order.order.id)}`,
  ]);
  expect(await entriesOf(order)).toEqual([
    `Notification Failed: No mail went to ${BUYER}: the mail server refuses it (550).`,
    `Notifications to Vendor and Distributor Sent: The mail server has taken the mail to ${SHOP[0]}. Not to ${SHOP[1]}: the mail server refuses it (553).`,
  ]);
  mailbox.refuses.clear();
  await minute(order);
  expect(mailbox.received).toHaveLength(1);
});

it("tries again what a mailbox does not take now, without telling the others again", async () => {
  const order = await paidOrder();
  mailbox.refuses.set(SHOP[0] ?? "", 450);
  await stream(order);
  expect(mailbox.received).toHaveLength(2);
  mailbox.refuses.clear();
  await minute(order);
  expect(mailbox.received.map(({ recipients }) => recipients.join()).sort()).toEqual([BUYER, ...SHOP].sort());
});

it("sends all in its order when a mail server comes back that was away for a day", async () => {
  await hearing([]);
  const orders = [await paidOrder(), await paidOrder(), await paidOrder()];
  await mailbox.close();
  for (const order of orders) await stream(order);
  const began = Date.now();
  for (const hour of [1, 12, 24]) {
    vi.setSystemTime(began + hour * 60 * 60_000);
    await minute(...orders);
  }
  const [row] = await outboxRows(orders[0]?.order ?? { marketplace: "", id: "" });
  expect(row?.error).toBe("the mail server takes no mails (ESOCKET)");
  await mailbox.open();
  await minute(...orders);
  expect(mailbox.received.map(({ text = "" }) => /Order [\w-]+ \((\w+)\)\./.exec(text)?.[1])).toEqual(
    orders.map(({ order }) => order.id),
  );
  vi.useRealTimers();
});

it("gives up after three days, and says so", async () => {
  await hearing([]);
  const order = await paidOrder();
  await mailbox.close();
  vi.setSystemTime(Date.now() + 3 * DAY_MS);
  await minute(order);
  expect(await entriesOf(order)).toEqual([
    "Notification Failed: No mail went to anybody: the mail server takes no mails (ESOCKET); given up after three days.",
  ]);
  await mailbox.open();
  await minute(order);
  expect(mailbox.received).toEqual([]);
  vi.useRealTimers();
});

describe("what somebody called a thing", () => {
  it("makes no markup, no further header and no further line", async () => {
    await dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: marketplaceKey(await seller()),
        UpdateExpression: "SET #name = :name",
        ExpressionAttributeNames: { "#name": "name" },
        ExpressionAttributeValues: { ":name": "<b>Bread</b>\r\nBcc: eve@example.com" },
      }),
    );
    const order = await orderB({}, space);
    const line = { name: "Rye\r\nTotal: $0.00 <img src=x>", unit_amount: 1300, quantity: 1 };
    await changeOrder(order.order, { buyer_email: BUYER, lines: [line] });
    await order.pay();
    await stream(order);
    const [mail] = mailbox.received.filter(({ recipients }) => recipients.includes(BUYER));
    expect(mail).toMatchObject({
      subject: "Order Placed at <b>Bread</b> Bcc: eve@example.com!",
      from: { name: "<b>Bread</b> Bcc: eve@example.com", address: FROM },
      recipients: [BUYER],
    });
    expect(mail?.headers.some(({ key }) => key === "bcc")).toBe(false);
    expect(mail?.text).toContain("1 × Rye Total: $0.00 <img src=x>: $13.00");
    expect(mail?.html).toContain("&lt;b>Bread&lt;/b>");
    expect(mail?.html).not.toMatch(/<b>|<img/);
  });

  it.each([
    "jo@example.com\r\nBcc: eve@example.com",
    "jo@example.com, eve@example.com",
    "Jo <jo@example.com>",
  ])("is no address: %j", async (address) => {
    const order = await paidOrder(address);
    await stream(order);
    expect(mailbox.received.flatMap(({ recipients }) => recipients).sort()).toEqual(SHOP.toSorted());
    for (const { raw } of mailbox.received) expect(raw).not.toMatch(/^(?:bcc|reply-to):/im);
    expect(await entriesOf(order)).toContain(
      "Notification Failed: No mail went to anybody: there is nobody to tell any more.",
    );
  });
});

it("tells an address twice at most where it is killed at any step, and never not at all", async () => {
  const file = fileURLToPath(new URL("../../../functions/mails/send_due.ts", import.meta.url));
  for (let step = 1; ; step++) {
    const times = new Map<string, number[]>();
    let killed = false;
    for (const when of ["before", "after"] as const) {
      mailbox.received.length = 0;
      const order = await paidOrder();
      for (const row of await outboxRows(order.order)) await rowIsDue(row);
      killed = await runAndKill(file, {}, { step, when });
      await minute(order);
      await minute(order);
      for (const address of [BUYER, ...SHOP]) {
        const got = mailbox.received.filter(({ recipients }) => recipients.includes(address));
        expect([step, when, address, got.length]).toEqual([step, when, address, expect.toBeOneOf([1, 2])]);
        // What came twice can be seen to be one.
        expect(new Set(got.map(({ messageId }) => messageId)).size).toBe(1);
        times.set(address, [...(times.get(address) ?? []), got.length]);
      }
      expect((await outboxRows(order.order)).every(({ sent_at }) => sent_at)).toBe(true);
    }
    if (!killed) {
      expect([...times.values()].flat()).toEqual([1, 1, 1, 1, 1, 1]);
      expect(step).toBeGreaterThan(6);
      return;
    }
  }
});

it("tells members of a Space which events fail, why, and where to look", async () => {
  for (const email of ["dana@shop.example", "kim@shop.example"])
    await addMember(space.space, { email }, "a test");
  await aFailingEvent(space, "handler:TypeError@settle.ts", { outcome: "dead" });
  await warnOfFailures(space.space);
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": spaceOutboxKey(space.space, "", "members").pk },
    }),
  );
  const rows = v.parse(v.array(OutboxRow), Items);
  for (const _record of ["first", "again"]) await send({ Records: rows.map(outboxRecord) }, aContext());
  const subject = "Events Fail in A Space: handler:TypeError@settle.ts";
  expect(mailbox.seen().sort()).toEqual([`dana@shop.example: ${subject}`, `kim@shop.example: ${subject}`]);
  const [mail] = mailbox.received;
  expect(mail).toMatchObject({ from: { name: "A Space", address: FROM } });
  expect(mail?.replyTo ?? []).toEqual([]);
  for (const words of [mail?.text, mail?.html]) {
    expect(words).toContain("1 event fails by it");
    expect(words).toContain(`${configuration.baseUrl}/spaces/${space.space}/failures`);
    expect(words).toContain("member of this Space");
  }
});
