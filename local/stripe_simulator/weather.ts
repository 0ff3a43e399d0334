import * as v from "valibot";
import type { World } from "./world.ts";

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
});

export type Weather = v.InferOutput<typeof Weather>;

export function weatherOf({ store }: World, account: string): Weather {
  const row = store.first("SELECT body FROM weather WHERE account = ?", account);
  return v.parse(Weather, row ? JSON.parse(String(row.body)) : {});
}

export const WeatherChange = v.partial(Weather);

export type WeatherChange = v.InferOutput<typeof WeatherChange>;

/** Changes what is named and leaves the rest. */
export function setWeather(world: World, account: string, change: WeatherChange): Weather {
  const weather = v.parse(Weather, { ...weatherOf(world, account), ...change });
  world.store.run(
    "INSERT INTO weather (account, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
    account,
    JSON.stringify(weather),
  );
  return weather;
}

/** Whether the next request meets this trouble; each time there is one less of it to come. */
export function useUp(
  world: World,
  account: string,
  trouble: "rate_limit" | "unavailable" | "error_after_success",
): boolean {
  const left = weatherOf(world, account)[trouble];
  if (left > 0) setWeather(world, account, { [trouble]: left - 1 });
  return left > 0;
}
