import * as v from "valibot";
import { iso, now } from "../clock.ts";
import { Count, WholeAmount } from "../http/answer_fields.ts";
import { type Month, monthOf } from "./month.ts";
import { VendorStatementJson } from "./present_statement.ts";
import { readSmallMonth } from "./read_month.ts";
import { type OrderMonth, type VendorStatement, vendorStatements } from "./statement.ts";

/** As many as some 1,000 Orders have: adding them up takes well under a second, each time that somebody looks. */
const MAX_FACTS = 3_000;

/** What the Vendor has yet to get, by why. */
export type Held = { why: string | null; currency: string; amount: number; orders: number };

/** What the running month comes to for a Marketplace's Vendor until now. */
export type MonthSoFar = {
  month: Month;
  /** Undefined of a month that has too much to add up at every look; its statement does. */
  sums?: { statements: VendorStatement[]; held: Held[] } | undefined;
};

export const MonthSoFarJson = v.object({
  month: v.pipe(v.string(), v.description("The one that runs, in UTC: `2026-11`.")),
  statements: v.pipe(
    v.nullable(v.array(VendorStatementJson)),
    v.description(
      "One for each account and currency that has something in it; null where that is too much to add up here: its statement does.",
    ),
  ),
  held: v.pipe(
    v.array(
      v.object({ why: v.nullable(v.string()), currency: v.string(), amount: WholeAmount, orders: Count }),
    ),
    v.description("What the Vendor has yet to get, by why."),
  ),
});

export async function monthSoFar(marketplace: string): Promise<MonthSoFar> {
  const month = monthOf(iso(now()).slice(0, 7));
  const read = await readSmallMonth(marketplace, month, MAX_FACTS);
  return {
    month,
    sums: read && { statements: vendorStatements(read.orders), held: heldOf(read.orders) },
  };
}

export const presentMonthSoFar = ({ month, sums }: MonthSoFar): v.InferOutput<typeof MonthSoFarJson> => ({
  month: month.name,
  statements: sums?.statements ?? null,
  held: sums?.held ?? [],
});

function heldOf(orders: readonly OrderMonth[]): Held[] {
  const all = new Map<string, Held>();
  for (const { currency, vendor } of orders)
    for (const { line, amount, why = null } of vendor) {
      if (line !== "on_hold") continue;
      const key = JSON.stringify([why, currency]);
      const held = all.get(key) ?? { why, currency, amount: 0, orders: 0 };
      all.set(key, { ...held, amount: held.amount - amount, orders: held.orders + 1 });
    }
  return [...all.values()].sort((one, other) => other.amount - one.amount);
}
