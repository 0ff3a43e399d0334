import { randomUUID } from "node:crypto";
import { ulid } from "ulid";
import { beforeAll, describe, expect, it } from "vitest";
import { limitConcurrency } from "../../../lib/async/limit_concurrency.ts";
import { toCursor } from "../../../lib/dynamodb/cursor.ts";
import { listOrders, type OrderFilter } from "../../../lib/orders/list_orders.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { anOrderRow } from "../../support/order_rows.ts";
import { readUnitsOf } from "../../support/write_units.ts";

const marketplace = randomUUID();
const START = Date.UTC(2026, 10, 23, 12);
let newestFirst: Order[];
beforeAll(async () => {
  const orders = Array.from({ length: 5 }, (_, index) =>
    anOrderRow({ marketplace, id: ulid(START + index) }),
  );
  for (const order of orders) await placeOrder(order);
  await placeOrder(anOrderRow({ id: ulid(START) }));
  newestFirst = orders.toReversed();
});

const list = (limit: number, next?: string) => listOrders(marketplace, { limit, next });

describe("listOrders", () => {
  it("lists a Marketplace's Orders, newest first, and nobody else's", async () => {
    expect(await list(50)).toEqual({ data: newestFirst, next: null });
  });

  it("lists nothing of a Marketplace without Orders", async () => {
    expect(await listOrders(randomUUID(), { limit: 50, next: undefined })).toEqual({ data: [], next: null });
  });

  it.each([1, 2, 3, 4])("comes to every Order once, by pages of %i", async (limit) => {
    const found: Order[] = [];
    let next: string | undefined;
    do {
      const page = await list(limit, next);
      expect(page.data.length).toBeLessThanOrEqual(limit);
      found.push(...page.data);
      next = page.next ?? undefined;
    } while (next !== undefined);
    expect(found).toEqual(newestFirst);
  });

  it("says of a page that is just full whether another follows", async () => {
    expect(await list(5)).toEqual({ data: newestFirst, next: null });
    expect(await list(4)).toMatchObject({ next: expect.any(String) });
  });

  it("ends a page early where its Orders are large, and leads to the rest", async () => {
    const other = randomUUID();
    const note = "x".repeat(3_500);
    const lines = Array.from({ length: 100 }, () => ({ name: "Cake", unit_amount: 100, quantity: 1, note }));
    const orders = [0, 1, 2, 3].map((ms) => anOrderRow({ marketplace: other, id: ulid(START + ms), lines }));
    for (const order of orders) await placeOrder(order);
    const found: Order[] = [];
    let next: string | undefined;
    do {
      const page = await listOrders(other, { limit: 50, next });
      found.push(...page.data);
      next = page.next ?? undefined;
    } while (next !== undefined);
    expect(found.map(({ id }) => id)).toEqual(orders.map(({ id }) => id).toReversed());
  });

  it("goes on from its place however many Orders came meanwhile", async () => {
    const other = randomUUID();
    const place = (ms: number) => placeOrder(anOrderRow({ marketplace: other, id: ulid(START + ms) }));
    const [oldest, , newest] = [await place(0), await place(1), await place(2)];
    const first = await listOrders(other, { limit: 2, next: undefined });
    await place(3);
    const second = await listOrders(other, { limit: 2, next: first.next ?? undefined });
    expect(first.data[0]).toEqual(newest);
    expect(second).toEqual({ data: [oldest], next: null });
  });

  it("shows nobody's Orders to who comes with another Marketplace's cursor", async () => {
    const { next } = await list(2);
    const { data } = await listOrders(randomUUID(), { limit: 50, next: next ?? undefined });
    expect(data).toEqual([]);
  });

  it.each([
    ["empty", ""],
    ["no cursor", "abc"],
    ["a text", Buffer.from("x").toString("base64url")],
    ["a cursor of another list", toCursor({ id: ulid(), created: 1 })],
    ["a place that is no Order", toCursor("evt_1")],
    ["a place behind an Order", toCursor(`${ulid()}#`)],
  ])("refuses what is %s", async (_what, next) => {
    await expect(list(2, next)).rejects.toMatchObject({
      status: 400,
      code: "invalid_field",
      message: "next: is not what an earlier page answered",
    });
  });
});

describe("a filter of Orders", () => {
  const of = randomUUID();
  const ids: string[] = [];
  beforeAll(async () => {
    const split = {
      status: "on_hold",
      reason: "fee_late",
      since: "2026-11-23T12:00:00.000Z",
      detail: "d",
    } as const;
    const changes: Partial<Order>[] = [
      {},
      { status: "paid" },
      { status: "paid", split },
      { status: "expired" },
    ];
    for (const [n, each] of changes.entries()) {
      const order = anOrderRow({ marketplace: of, id: ulid(START + n * 1_000), ...each });
      await placeOrder(order);
      ids.push(order.id);
    }
  });

  const found = async (filter: OrderFilter, limit = 50): Promise<number[]> => {
    const places: number[] = [];
    let next: string | undefined;
    do {
      const page = await listOrders(of, { limit, next, filter });
      places.push(...page.data.map(({ id }) => ids.indexOf(id)));
      next = page.next ?? undefined;
    } while (next !== undefined);
    return places;
  };

  it.each<[OrderFilter, number[]]>([
    [{}, [3, 2, 1, 0]],
    [{ status: "paid" }, [2, 1]],
    [{ split: "on_hold" }, [2]],
    [{ split: "by_hand" }, [1]],
    [{ split: "none" }, [3, 0]],
    [{ status: "expired", split: "none" }, [3]],
    [{ from: START + 1_000, to: START + 2_000 }, [2, 1]],
    [{ from: START + 1_001 }, [3, 2]],
    [{ to: START + 999 }, [0]],
    [{ to: -1 }, []],
    [{ from: 0 }, [3, 2, 1, 0]],
    [{ status: "paid", from: START + 2_000 }, [2]],
  ])("shows what it says, newest first: %j", async (filter, places) => {
    for (const limit of [1, 2, 50]) expect(await found(filter, limit)).toEqual(places);
  });

  it("of a time reads the Orders of that time, and no more", async () => {
    const units = await readUnitsOf(() =>
      listOrders(of, { limit: 50, next: undefined, filter: { to: START } }),
    );
    expect(units.sum).toBeLessThanOrEqual(0.5);
  });

  it("refuses a cursor that is outside of its time", async () => {
    const next = toCursor(ids[3]);
    await expect(listOrders(of, { limit: 1, next, filter: { to: START } })).rejects.toMatchObject({
      status: 400,
    });
  });

  it("looks through a thousand a call, and says how far it came", async () => {
    const many = randomUUID();
    const inTurn = limitConcurrency(25);
    await Promise.all(
      Array.from({ length: 1_005 }, (_, n) =>
        inTurn(() => placeOrder(anOrderRow({ marketplace: many, id: ulid(START + n) }))),
      ),
    );
    const filter: OrderFilter = { status: "paid" };
    const first = await listOrders(many, { limit: 50, next: undefined, filter });
    expect(first).toEqual({
      data: [],
      next: expect.any(String),
      searched_to: new Date(START + 5).toISOString(),
    });
    expect(await listOrders(many, { limit: 50, next: first.next ?? "", filter })).toEqual({
      data: [],
      next: null,
    });
  });
});
