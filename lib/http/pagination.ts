import * as v from "valibot";
import { ValidationError } from "../errors.ts";
import type { Request } from "./request.ts";

/** One page of a list: its rows, and what to send as `?next=` for the page after it (null on the last). */
export type Paginated<Row> = { data: Row[]; next: string | null };

/**
 * The same of a list that is looked through for what is asked for. `searched_to` (ISO 8601) is how far back that came, where
 * a page ends before it is full because enough was looked at for one request.
 */
export type Searched<Row> = Paginated<Row> & { searched_to?: string };

/** What a list takes in its query. */
export const LIST_QUERY = ["limit", "next"];

/** `?limit=` (1 to 100 rows, 50 unless told) and `?next=`, which is what an earlier page answered. */
export function paginationOf(request: Request): { limit: number; next: string | undefined } {
  const { limit, next } = request.queryStringParameters ?? {};
  const parsed = v.safeParse(Limit, limit ?? "50");
  if (!parsed.success) throw new ValidationError({ limit: "must be a whole number from 1 to 100" });
  return { limit: parsed.output, next };
}

const Limit = v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(100));
