import { setTimeout } from "node:timers/promises";
import * as v from "valibot";
import type { Simulator } from "./simulator.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Failures of Stripe, injected on demand for one account. */
export const Faults = v.strictObject({
  /** `balance_transaction` is null at first and follows half a second later, with `charge.updated`, as Stripe does with
   *  asynchronous capture. */
  late_fee: v.optional(v.boolean(), true),
  /** Refunds are pending: each until a control settles it, or one that the available balance does not cover until it
   *  does. Without this, Stripe takes what lacks from the bank account, and the balance becomes negative. */
  refund_pending: v.optional(v.picklist(["", "processing", "insufficient_funds"]), ""),
  /** Transfers cannot be reversed, as if the connected account had no money at hand. */
  reversal_refused: v.optional(v.boolean(), false),
  /** What payments in another currency settle in, at which rate (an amount times the rate is the settled amount, both in
   *  the smallest unit, as in `exchange_rate`), and for which fee, if it is not the usual one. */
  settlement: v.optional(
    v.nullable(
      v.strictObject({
        currency: v.pipe(v.string(), v.length(3)),
        rate: v.pipe(v.number(), v.gtValue(0)),
        fee: v.optional(count),
      }),
    ),
    null,
  ),
  /** Every delivery is sent twice. */
  duplicate_deliveries: v.optional(v.boolean(), false),
  /** Events arrive out of order: every other change after the next one, and the events of one change in reverse. */
  disorder: v.optional(v.boolean(), false),
  /** The number of next API requests that get a 429 and have no effect. */
  rate_limit: v.optional(count, 0),
  /** The number of next API requests that get a 503 and have no effect. */
  unavailable: v.optional(count, 0),
  /** The number of next POST requests with valid parameters that get a 500 and have no effect. */
  error_before_effect: v.optional(count, 0),
  /** The number of next successful POST requests that take effect but get a 500. */
  error_after_success: v.optional(count, 0),
  /** Delays the response to each request; the request itself takes effect immediately. */
  slow_ms: v.optional(v.pipe(count, v.maxValue(60_000)), 0),
  /** With `slow_ms`, a POST takes effect at the end of the delay, when its caller may have given up. */
  late_effect: v.optional(v.boolean(), false),
  /** A path such as `/v1/account_links`, or a method and a path, `POST /v1/checkout/sessions`: limits the faults of
   *  requests to those with this prefix. */
  only: v.optional(v.union([v.literal(""), v.pipe(v.string(), v.regex(/^(?:[A-Z]+ )?\//))]), ""),
});

export type Faults = v.InferOutput<typeof Faults>;

export function faultsOf({ store }: Simulator, account: string): Faults {
  const row = store.first("SELECT body FROM faults WHERE account = ?", account);
  return v.parse(Faults, row ? JSON.parse(String(row.body)) : {});
}

export const hasNoFaults = ({ only: _only, late_fee: _usual, ...faults }: Faults): boolean =>
  !Object.values(faults).some(Boolean);

export const FaultsChange = v.partial(Faults);

export type FaultsChange = v.InferOutput<typeof FaultsChange>;

/** Changes the given faults and leaves the others. */
export function setFaults(simulator: Simulator, account: string, change: FaultsChange): Faults {
  const faults = v.parse(Faults, { ...faultsOf(simulator, account), ...change });
  simulator.store.run(
    "INSERT INTO faults (account, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
    account,
    JSON.stringify(faults),
  );
  return faults;
}

/** Whether this request gets this fault; if so, it counts down. */
export function consumeFault(
  simulator: Simulator,
  request: RequestInfo,
  fault: "rate_limit" | "unavailable" | "error_before_effect" | "error_after_success",
): boolean {
  const faults = faultsOf(simulator, request.account);
  const hit = faults[fault] > 0 && appliesTo(faults, request);
  if (hit) setFaults(simulator, request.account, { [fault]: faults[fault] - 1 });
  return hit;
}

/** Waits for the `slow_ms` of this request, if it is slow before or after its effect. It blocks no other request, and
 *  does not keep the process alive. */
export async function delay(
  simulator: Simulator,
  request: RequestInfo,
  when: "before" | "after",
): Promise<void> {
  const faults = faultsOf(simulator, request.account);
  const slow = faults.late_effect && request.method === "POST" ? "before" : "after";
  if (faults.slow_ms > 0 && slow === when && appliesTo(faults, request))
    await setTimeout(faults.slow_ms, undefined, { ref: false });
}

const appliesTo = ({ only }: Faults, { method, path }: RequestInfo): boolean =>
  (only.startsWith("/") ? path : `${method} ${path}`).startsWith(only);

/** The parts of a request that faults depend on. */
interface RequestInfo {
  account: string;
  method: string;
  path: string;
}
