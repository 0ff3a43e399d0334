import type Stripe from "stripe";
import type * as v from "valibot";
import type { Kind, Objects, Scope } from "../core/objects.ts";
import type { Simulator } from "../state/simulator.ts";
import type { Condition } from "../state/store.ts";
import { resourceMissing } from "./errors.ts";
import type { param, Range } from "./params.ts";

type Paging = { [K in keyof typeof param.paging]?: v.InferOutput<(typeof param.paging)[K]> };

/** A page of a list, newest first (https://docs.stripe.com/api/pagination). */
export function listPage<K extends Kind>(
  simulator: Simulator,
  scope: Scope,
  {
    kind,
    url,
    created,
    where = [],
  }: { kind: K; url: string; created?: Range | undefined; where?: Condition[] },
  paging: Paging,
): Stripe.ApiList<Objects[K]> {
  const conditions = [...where, ...whereSeq(simulator, kind, scope, created)];
  return paginate(url, paging, {
    seqOf: (id, param) => seqOf(simulator, kind, scope, id, param),
    list: (bounds, limit) => simulator.store.list(kind, scope, [...conditions, ...bounds], limit),
  });
}

/** An account's objects are stored in the order of their time, so a range of times is a range of `seq`, which is what
 *  lists go by: none of the others is read. */
function whereSeq(
  { store }: Simulator,
  kind: Kind,
  scope: Scope,
  { gt, gte, lt, lte }: Range = {},
): Condition[] {
  const first = (created: number) => store.firstSeq(kind, scope, created) ?? Number.MAX_SAFE_INTEGER;
  const from = [gte ?? 0, gt === undefined ? 0 : gt + 1];
  const to = [lt ?? [], lte === undefined ? [] : lte + 1].flat();
  return [
    ...from.filter(Boolean).map((created) => ({ sql: "seq >= ?", values: [first(created)] })),
    ...to.map((created) => ({ sql: "seq < ?", values: [first(created)] })),
  ];
}

/** A page of anything that has a `seq`.
 *  @param source.list newest first; -1 for all of them */
export function paginate<T>(
  url: string,
  { limit = 10, starting_after, ending_before }: Paging,
  source: {
    seqOf(id: string, param: "starting_after" | "ending_before"): number;
    list(bounds: Condition[], limit: number): T[];
  },
): Stripe.ApiList<T> {
  const after = starting_after && source.seqOf(starting_after, "starting_after");
  const before = ending_before && source.seqOf(ending_before, "ending_before");
  const bounds = [
    ...(after ? [{ sql: "seq < ?", values: [after] }] : []),
    ...(before ? [{ sql: "seq > ?", values: [before] }] : []),
  ];
  // `ending_before` means the page right before that object, not the newest one.
  const found = source.list(bounds, before ? -1 : limit + 1);
  const data = before ? found.slice(-limit) : found.slice(0, limit);
  return { object: "list", data, has_more: found.length > limit, url };
}

function seqOf(simulator: Simulator, kind: Kind, scope: Scope, id: string, param: string): number {
  if (!simulator.store.get(kind, scope, id)) throw resourceMissing(kind, id, param);
  return Number(simulator.store.first("SELECT seq FROM objects WHERE id = ?", id)?.seq);
}

/** @param field never from a request: it goes into the SQL as it is */
export function whereField(field: string, wanted: string | string[] | undefined): Condition[] {
  const values = [wanted ?? []].flat();
  if (values.length === 0) return [];
  const is = values.length === 1 ? "= ?" : `IN (${values.map(() => "?").join(", ")})`;
  return [{ sql: `body ->> '$.${field}' ${is}`, values }];
}

export function whereCreated({ gt, gte, lt, lte }: Range = {}): Condition[] {
  const bounds = [
    { sql: "created > ?", bound: gt },
    { sql: "created >= ?", bound: gte },
    { sql: "created < ?", bound: lt },
    { sql: "created <= ?", bound: lte },
  ];
  return bounds.flatMap(({ sql, bound }) => (bound === undefined ? [] : [{ sql, values: [bound] }]));
}
