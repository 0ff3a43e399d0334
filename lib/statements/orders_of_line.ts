import * as v from "valibot";
import { fromCursor, toCursor } from "../dynamodb/cursor.ts";
import { ValidationError } from "../errors.ts";
import type { Paginated } from "../http/pagination.ts";
import { isUlid } from "../ids.ts";
import type { OrderMonth } from "./statement.ts";

const Place = v.pipe(v.string(), v.check(isUlid));

/** A page of a month's Orders, the newest first: all, or those that have something in one line. */
export function ordersOfLine(
  orders: readonly OrderMonth[],
  linesOf: (order: OrderMonth) => readonly { line: string }[],
  lines: readonly string[],
  { limit, next, line }: { limit: number; next: string | undefined; line: string | undefined },
): Paginated<OrderMonth> {
  if (line !== undefined && !lines.includes(line))
    throw new ValidationError({ line: `must be one of ${lines.join(", ")}` });
  const after = next === undefined ? undefined : fromCursor(next, Place);
  const wanted = orders.filter(
    (order) =>
      (after === undefined || order.sale.id < after) &&
      (line === undefined || linesOf(order).some((entry) => entry.line === line)),
  );
  const data = wanted.slice(0, limit);
  const last = data.at(-1);
  return { data, next: wanted.length > limit && last ? toCursor(last.sale.id) : null };
}
