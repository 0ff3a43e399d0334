import * as v from "valibot";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { iso } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { orderKey } from "../dynamodb/keys.ts";
import type { OrderFact } from "../ledger/fact.ts";
import { factsBooked, spaceFactsBooked } from "../ledger/facts_booked.ts";
import { factsOf } from "../ledger/facts_of.ts";
import { type WriteOff, writeOffsSince } from "../ledger/write_offs.ts";
import { timelineOf } from "../orders/timeline_of.ts";
import { type CashEntry, cashEntries, spaceEntries, unknownEntries } from "./distributor_month.ts";
import type { Month } from "./month.ts";
import { currencyOf, isOpenAtEnd, Sale, type VendorEntry, vendorMonth } from "./order_month.ts";
import type { OrderMonth } from "./statement.ts";

/** How many rows DynamoDB gives for one request of keys; and how many requests a month makes at once. */
const KEYS = 100;
const AT_ONCE = 16;

/** A Marketplace's Orders of a month, the newest first, and what the ledger has of Orders that are not there. */
export type MarketplaceMonth = { orders: OrderMonth[]; unknown: CashEntry[] };

/**
 * A busy month is some megabytes of facts, read in one go of the ledger's index, and its Orders' rows. Of an Order from before
 * it, or one that is open at its end, the rest of its facts is read, too.
 */
export async function readMarketplaceMonth(marketplace: string, month: Month): Promise<MarketplaceMonth> {
  const [booked, writeOffs] = await Promise.all([
    collect(factsBooked(marketplace, month)),
    writeOffsSince(marketplace, month.from),
  ]);
  return await monthOfRows(marketplace, month, booked, writeOffs);
}

/** The same of a month of at most `max` facts; undefined of a larger one, of which nothing more is read. */
export async function readSmallMonth(
  marketplace: string,
  month: Month,
  max: number,
): Promise<MarketplaceMonth | undefined> {
  const [booked, writeOffs] = await Promise.all([
    collect(factsBooked(marketplace, month), max),
    writeOffsSince(marketplace, month.from),
  ]);
  return booked.length > max ? undefined : await monthOfRows(marketplace, month, booked, writeOffs);
}

async function monthOfRows(
  marketplace: string,
  month: Month,
  booked: OrderFact[],
  writeOffs: WriteOff[],
): Promise<MarketplaceMonth> {
  const factsByOrder = Map.groupBy(booked, ({ order }) => order);
  const writeOffsByOrder = Map.groupBy(writeOffs, ({ order }) => order);
  const isOfMonth = ({ at }: WriteOff): boolean => at >= iso(month.from) && at < iso(month.to);
  const ids = new Set([...factsByOrder.keys(), ...writeOffs.filter(isOfMonth).map(({ order }) => order)]);
  const sales = await readSales(marketplace, [...ids]);
  const turn = limitConcurrency(AT_ONCE);
  const orders = await Promise.all(
    [...sales.values()].map((sale) =>
      orderMonth(sale, factsByOrder.get(sale.id) ?? [], writeOffsByOrder.get(sale.id) ?? [], month, turn),
    ),
  );
  return {
    orders: orders
      .filter(({ vendor, cash }) => vendor.length + cash.length > 0)
      .sort((one, other) => other.sale.id.localeCompare(one.sale.id)),
    unknown: unknownEntries(booked.filter(({ order }) => !sales.has(order))),
  };
}

/** What the ledger of a Space has that is no Marketplace's. */
export const readSpaceEntries = async (space: string, month: Month): Promise<CashEntry[]> =>
  spaceEntries(await collect(spaceFactsBooked(space, month)));

type Turn = ReturnType<typeof limitConcurrency>;

async function orderMonth(
  sale: Sale,
  ofMonth: OrderFact[],
  writeOffs: WriteOff[],
  month: Month,
  turn: Turn,
): Promise<OrderMonth> {
  const readAll = async () => await turn(() => factsOf(sale));
  const isCharge = ({ kind }: OrderFact): boolean => kind === "charge";
  // What was paid in the month has nothing before it.
  const isWhole = ofMonth.some(isCharge);
  let facts = isWhole ? ofMonth : await readAll();
  let vendor = vendorMonth(sale, facts, writeOffs, month);
  if (isWhole && isOpenAtEnd(vendor)) {
    facts = await readAll();
    vendor = vendorMonth(sale, facts, writeOffs, month);
  }
  if (isOpenAtEnd(vendor)) vendor = await withReason(vendor, sale, month, turn);
  const charge = facts.find(isCharge);
  return {
    sale,
    currency: currencyOf(sale, facts),
    vendor,
    cash: cashEntries(sale, charge, ofMonth),
  };
}

/** Why something is open at the month's end, and since when, as the Order's timeline had it then. */
async function withReason(
  entries: VendorEntry[],
  sale: Sale,
  { to }: Month,
  turn: Turn,
): Promise<VendorEntry[]> {
  const timeline = await turn(() => timelineOf(sale));
  const hold = timeline.findLast(({ entry, at }) => entry === "split_on_hold" && at < iso(to));
  if (!hold) return entries;
  return entries.map((entry) =>
    !entry.why && (entry.line === "on_hold" || entry.line === "owed")
      ? { ...entry, at: hold.at, why: hold.detail }
      : entry,
  );
}

async function readSales(marketplace: string, ids: string[]): Promise<Map<string, Sale>> {
  const turn = limitConcurrency(AT_ONCE);
  const batches = Array.from({ length: Math.ceil(ids.length / KEYS) }, (_, n) =>
    ids.slice(n * KEYS, (n + 1) * KEYS),
  );
  const rows = await Promise.all(
    batches.map((batch) =>
      turn(() =>
        batchGet(
          configuration.ordersTable,
          batch.map((id) => orderKey(marketplace, id)),
          PROJECTION,
        ),
      ),
    ),
  );
  return new Map(v.parse(v.array(Sale), rows.flat()).map((sale) => [sale.id, sale]));
}

/** An Order's lines and its buyer are not a statement's business. */
const NAMES = Object.keys(Sale.entries);
const PROJECTION = {
  ProjectionExpression: NAMES.map((name) => `#${name}`).join(", "),
  ExpressionAttributeNames: Object.fromEntries(NAMES.map((name) => [`#${name}`, name])),
};

/** @param max after how many it is enough, with the rest of their page */
async function collect<Item>(pages: AsyncIterable<Item[]>, max = Number.POSITIVE_INFINITY): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) {
    for (const item of page) all.push(item);
    if (all.length > max) break;
  }
  return all;
}
