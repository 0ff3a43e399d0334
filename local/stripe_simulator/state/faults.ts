import { setTimeout } from "node:timers/promises";
import * as v from "valibot";
import type { Simulator } from "./simulator.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What can go wrong at Stripe, on demand, for one account. */
export const Weather = v.strictObject({
  /** `balance_transaction` is null at first and comes about a second later with `charge.updated`. */
  late_fee: v.optional(v.boolean(), false),
  /** Every delivery is sent twice. */
  duplicate_deliveries: v.optional(v.boolean(), false),
  /** Every other change is held back until the one after it has arrived, and a change's own events come in reverse. */
  disorder: v.optional(v.boolean(), false),
  /** So many API requests, the next ones, answer 429 without effect. */
  rate_limit: v.optional(count, 0),
  /** So many API requests, the next ones, answer 503 without effect. */
  unavailable: v.optional(count, 0),
  /** So many POST requests, the next ones that succeed, take effect but answer 500. */
  error_after_success: v.optional(count, 0),
  /** The answer to each request comes so many ms late; what was asked for is done at once. */
  slow_ms: v.optional(v.pipe(count, v.maxValue(60_000)), 0),
  /** A path such as `/v1/account_links`, or a method and a path, `POST /v1/checkout/sessions`: then the troubles with
   *  requests meet only those that begin like it. */
  only: v.optional(v.union([v.literal(""), v.pipe(v.string(), v.regex(/^(?:[A-Z]+ )?\//))]), ""),
});

export type Weather = v.InferOutput<typeof Weather>;

export function weatherOf({ store }: Simulator, account: string): Weather {
  const row = store.first("SELECT body FROM weather WHERE account = ?", account);
  return v.parse(Weather, row ? JSON.parse(String(row.body)) : {});
}

/** Whether nothing goes wrong. */
export const isFair = ({ only: _, ...troubles }: Weather): boolean => !Object.values(troubles).some(Boolean);

export const WeatherChange = v.partial(Weather);

export type WeatherChange = v.InferOutput<typeof WeatherChange>;

/** Changes what is named and leaves the rest. */
export function setWeather(simulator: Simulator, account: string, change: WeatherChange): Weather {
  const weather = v.parse(Weather, { ...weatherOf(simulator, account), ...change });
  simulator.store.run(
    "INSERT INTO weather (account, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
    account,
    JSON.stringify(weather),
  );
  return weather;
}

/** Whether this request meets this trouble; each time there is one less of it to come. */
export function useUp(
  simulator: Simulator,
  asked: Asked,
  trouble: "rate_limit" | "unavailable" | "error_after_success",
): boolean {
  const weather = weatherOf(simulator, asked.account);
  const meets = weather[trouble] > 0 && isMeant(weather, asked);
  if (meets) setWeather(simulator, asked.account, { [trouble]: weather[trouble] - 1 });
  return meets;
}

/** Waits as long as this request's answer is late. It holds up no other request and no exit. */
export async function beSlow(simulator: Simulator, asked: Asked): Promise<void> {
  const weather = weatherOf(simulator, asked.account);
  if (weather.slow_ms > 0 && isMeant(weather, asked))
    await setTimeout(weather.slow_ms, undefined, { ref: false });
}

const isMeant = ({ only }: Weather, { method, path }: Asked): boolean =>
  (only.startsWith("/") ? path : `${method} ${path}`).startsWith(only);

/** Whose request, and for what. */
interface Asked {
  account: string;
  method: string;
  path: string;
}
