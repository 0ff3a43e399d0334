import { iso, now } from "../clock.ts";
import { ValidationError } from "../errors.ts";
import type { Period } from "../ledger/facts_booked.ts";

/** A month in UTC, from its first second on and before the next month's. */
export type Month = Period & {
  /** `2026-11` */
  name: string;
};

/** @throws {ValidationError} for what is no month, or one that has not begun */
export function monthOf(text: string | undefined): Month {
  const [, year, month] = /^(20\d\d)-(0[1-9]|1[0-2])$/.exec(text ?? "") ?? [];
  if (!year || !month) throw new ValidationError({ month: "must be a year and a month, such as `2026-11`" });
  const [from, to] = [
    new Date(`${year}-${month}-01T00:00:00Z`),
    new Date(Date.UTC(Number(year), Number(month))),
  ];
  if (from > now()) throw new ValidationError({ month: "has not begun yet" });
  return { name: `${year}-${month}`, from, to };
}

/** The months from the one of `first` to the one that runs, newest first. @param first ISO 8601 */
export function monthsSince(first: string): Month[] {
  const months: Month[] = [];
  for (let to = startOfNext(now()); iso(to) > first; ) {
    const from = startOfMonth(new Date(to.getTime() - 1));
    months.push({ name: iso(from).slice(0, 7), from, to });
    to = from;
  }
  return months;
}

const startOfMonth = (time: Date): Date => new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth()));
const startOfNext = (time: Date): Date => new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1));
