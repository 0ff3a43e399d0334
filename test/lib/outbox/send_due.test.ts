import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { moveOrder } from "../../../lib/orders/move_order.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { claimRow } from "../../../lib/outbox/claim_row.ts";
import type { Outcome } from "../../../lib/outbox/finish_row.ts";
import type { OutboxRow } from "../../../lib/outbox/outbox_row.ts";
import { sendDue } from "../../../lib/outbox/send_due.ts";
import { anOrderRow } from "../../support/order_rows.ts";
import { outboxRows, rowIsDue } from "../../support/outbox.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

await ownTables();

const DAY_MS = 24 * 60 * 60_000;

let spaces: TestSpace[];
beforeAll(async () => {
  spaces = [await aSpace(), await aSpace()];
});
beforeEach(() => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
});

/** A row that is due: a payment, of which the buyer is to be told. */
async function dueRow(space = spaces[0]): Promise<OutboxRow> {
  const at = new Date().toISOString();
  const { room, marketplace } = space?.first ?? never();
  const order = await placeOrder(
    anOrderRow({ space: space?.space ?? "", room, marketplace, buyer_email: "jo@example.com" }),
  );
  await moveOrder(order, {
    status: "paid",
    payment_intent: `pi_${order.id}`,
    cause: "evt_1",
    at,
    detail: "",
  });
  const [row] = await outboxRows(order);
  await rowIsDue(row ?? never());
  return row ?? never();
}

const now = async ({ marketplace, order }: OutboxRow): Promise<OutboxRow> =>
  (await outboxRows({ marketplace, id: order }))[0] ?? never();

const soon = () => new Date(Date.now() + PATIENCE_MS);

/** Sends what is due, each row with the outcome that is wanted of it. @returns which facts were sent, in their order */
async function run(outcome: (row: OutboxRow) => Outcome = () => ({ is: "sent" })): Promise<string[]> {
  const sent: string[] = [];
  const send = async (row: OutboxRow) => {
    sent.push(row.order);
    return outcome(row);
  };
  await sendDue("mails", soon(), { send, along: () => [], atOnce: { inAll: 24, ofGroup: 1 } });
  return sent;
}

it("sends what is due once, the oldest fact first, and then no more", async () => {
  const [older, newer] = [await dueRow(), await dueRow()];
  await rowIsDue(newer); // though it was due first
  await rowIsDue(older);
  expect(await run()).toEqual([older.order, newer.order]);
  const row = await now(older);
  expect(row).toMatchObject({ tries: 1, sent_at: expect.any(String) });
  expect([row.outbox_at, row.outbox_shard]).toEqual([undefined, undefined]);
  expect(await run()).toEqual([]);
});

it("lets one of many senders have a row", async () => {
  const { pk, sk, ...row } = await now(await dueRow());
  const claims = await Promise.all(
    Array.from({ length: 10 }, () => claimRow(pk, sk, row.outbox_at ?? never())),
  );
  expect(claims.filter(Boolean)).toHaveLength(1);
  expect(await run()).toEqual([]);
  await rowIsDue({ pk, sk }); // its lease is over
  expect(await run()).toEqual([row.order]);
});

it("tries again what failed, waits longer each time, and gives up after three days", async () => {
  const row = await dueRow();
  const failed = { is: "failed", error: "the mail server did not answer" } as const;
  const waits: number[] = [];
  for (let day = 0; day < 3; day++) {
    vi.setSystemTime(Date.parse(row.written_at) + day * DAY_MS);
    await rowIsDue(row);
    expect(await run(() => failed)).toEqual([row.order]);
    waits.push(Date.parse((await now(row)).outbox_at ?? "") - Date.now());
  }
  expect(waits[0]).toBeLessThanOrEqual(45_000);
  expect(waits[1]).toBeGreaterThanOrEqual(3 * 60 * 60_000);
  vi.setSystemTime(Date.parse(row.written_at) + 3 * DAY_MS);
  await rowIsDue(row);
  await run(() => failed);
  expect(await now(row)).toMatchObject({
    error: `${failed.error}; given up after three days`,
    tries: 4,
  });
  expect([(await now(row)).outbox_at, (await now(row)).sent_at]).toEqual([undefined, undefined]);
  vi.useRealTimers();
});

it("lets what one row throws, and one Space, hold up no other", async () => {
  const rows = [await dueRow(spaces[0]), await dueRow(spaces[0]), await dueRow(spaces[1])];
  const sent = await run(({ order }) => {
    if (order === rows[0]?.order) throw new Error("a bug");
    return { is: "sent" };
  });
  expect(sent.toSorted()).toEqual(rows.map(({ order }) => order).toSorted());
  const failed = await now(rows[0] ?? never());
  expect(failed).toMatchObject({ error: "the sender failed: Error", outbox_at: expect.any(String) });
  expect(failed.sent_at).toBeUndefined();
  for (const row of rows.slice(1)) expect((await now(row)).sent_at).toBeDefined();
});

function never(): never {
  throw new Error("there is none");
}
