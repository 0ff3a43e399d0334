import { ulid } from "ulid";
import { beforeAll, describe, expect, it } from "vitest";
import { toCursor } from "../../../lib/dynamodb/cursor.ts";
import { listEvents } from "../../../lib/stripe_events/list_events.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { deliver, storeMany } from "../../support/deliveries.ts";
import { anEvent, nowS } from "../../support/events.ts";
import { anOrder } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
let newestFirst: string[];
let ofFirstMarketplace: string[];

// Seven events, the second and the fifth of the first Marketplace; two in the same second.
beforeAll(async () => {
  space = await aSpace();
  const { checkout_session } = await anOrder(space);
  const ids: string[] = [];
  ofFirstMarketplace = [];
  for (let n = 0; n < 7; n++) {
    const isOurs = n === 1 || n === 4;
    const { id, body } = anEvent({
      created: nowS() - 100 + Math.min(n, 5),
      ...(isOurs && { type: "checkout.session.completed", object: { id: checkout_session } }),
    });
    await deliver(space, body);
    ids.push(id);
    if (!isOurs) continue;
    ofFirstMarketplace.unshift(id);
    const event = await storedEvent(space, id);
    if (event) await processEvent(event);
  }
  newestFirst = ids.reverse();
});

async function allPages(filter: { marketplace?: string; limit: number }): Promise<string[][]> {
  const pages: string[][] = [];
  let next: string | null | undefined;
  do {
    const page = await listEvents({ space: space.space, ...filter, next: next ?? undefined });
    pages.push(page.data.map(({ id }) => id));
    next = page.next;
  } while (next);
  return pages;
}

describe("the event log", () => {
  it.each([1, 2, 3, 7, 50])("shows each event once, newest first, in pages of %i", async (limit) => {
    const pages = await allPages({ limit });
    expect(pages.every((page) => page.length <= limit)).toBe(true);
    expect(pages.flat().toSorted()).toEqual(newestFirst.toSorted());
    expect(pages.flat().slice(2)).toEqual(newestFirst.slice(2));
  });

  it.each([1, 2, 50])("shows one Marketplace's events only, if asked, in pages of %i", async (limit) => {
    const pages = await allPages({ marketplace: space.first.marketplace, limit });
    expect(pages.flat()).toEqual(ofFirstMarketplace);
    expect((await allPages({ marketplace: space.second.marketplace, limit })).flat()).toEqual([]);
  });

  it("says of a page that is just full whether another follows", async () => {
    expect(await listEvents({ space: space.space, limit: 7, next: undefined })).toMatchObject({ next: null });
    expect(await listEvents({ space: space.space, limit: 6, next: undefined })).toMatchObject({
      next: expect.any(String),
    });
  });

  it("leaves payloads out", async () => {
    const { data } = await listEvents({ space: space.space, limit: 10, next: undefined });
    expect(data.some(({ payload }) => payload !== undefined)).toBe(false);
  });

  it("shows another Space nothing, even with this one's cursor", async () => {
    const { next } = await listEvents({ space: space.space, limit: 2, next: undefined });
    const other = await aSpace();
    expect(await listEvents({ space: other.space, limit: 10, next: next ?? undefined })).toEqual({
      data: [],
      next: null,
    });
  });

  it.each([
    "nonsense",
    "e30",
    toCursor({ id: 1, created: "x" }),
    toCursor({ id: "a", created: 1 }),
    toCursor({ id: "evt_1", created: 1e300 }),
  ])("refuses the cursor %s", async (next) => {
    await expect(listEvents({ space: space.space, limit: 10, next })).rejects.toMatchObject({
      status: 400,
    });
  });
});

describe("a Marketplace's log", () => {
  const logOf = async (of: TestSpace, { marketplace, stripe_account }: TestSpace["first"]) => {
    const filter = { space: of.space, marketplace, stripe_account };
    return (await listEvents({ ...filter, limit: 10, next: undefined })).data.map(({ id }) => id);
  };

  it("has an event from its receipt on, however many of others have come since", async () => {
    const busy = await aSpace();
    const metadata = { marketplace: busy.second.marketplace, order: ulid() };
    const { id, body } = anEvent({ created: nowS() - 60, object: { id: "cs_1", metadata } });
    await deliver(busy, body);
    await storeMany(busy, 150);
    expect(await logOf(busy, busy.second)).toEqual([id]);
    expect(await logOf(busy, busy.first)).toEqual([]);
  });

  it("has the events of its account, but for those that name another", async () => {
    const shop = await aSpace();
    const account = shop.first.stripe_account ?? "";
    const { id, body } = anEvent({ type: "account.updated", account });
    const platforms = anEvent({ type: "account.updated" });
    await deliver(shop, body);
    await deliver(shop, platforms.body);
    expect(await logOf(shop, shop.first)).toEqual([id]);
    expect(await logOf(shop, shop.second)).toEqual([]);
  });
});

it("shows a hundred events at once, though there are more", async () => {
  const many = await aSpace();
  for (let n = 0; n < 101; n++) await deliver(many, anEvent().body);
  const first = await listEvents({ space: many.space, limit: 100, next: undefined });
  expect(first.data).toHaveLength(100);
  const second = await listEvents({ space: many.space, limit: 100, next: first.next ?? undefined });
  expect(second).toMatchObject({ data: [{}], next: null });
});
