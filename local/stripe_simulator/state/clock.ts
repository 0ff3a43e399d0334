import { nowSeconds } from "../core/clock.ts";
import type { Simulator } from "./simulator.ts";

/** Each account has a clock of its own, so that one test can let days pass and disturb no other. It is the real one
 *  until it is moved ahead; it never goes back. Stripe's objects, settlement, idempotency keys and jobs go by it.
 *  What another machine compares with its own clock stays real: the timestamps of signatures, retries of deliveries,
 *  the log of requests, and the lifetimes of OAuth codes and account links. */

const aheadSeconds = ({ store }: Simulator, account: string): number =>
  Number(store.first("SELECT ahead_s FROM clocks WHERE account = ?", account)?.ahead_s ?? 0);

/** The account's time, in whole seconds as Stripe's timestamps are. */
export const accountTime = (simulator: Simulator, account: string): number =>
  nowSeconds() + aheadSeconds(simulator, account);

/** When a time of the account's clock is reached, as a real time in milliseconds. */
export const realTimeMs = (simulator: Simulator, account: string, seconds: number): number =>
  (seconds - aheadSeconds(simulator, account)) * 1000;

/** Moves an account's clock ahead of the real one by this much, if it is not that far yet. Its jobs come nearer. */
export function moveAhead(simulator: Simulator, account: string, seconds: number): void {
  const nearer = seconds - aheadSeconds(simulator, account);
  if (nearer <= 0) return;
  simulator.store.run(
    "INSERT INTO clocks (account, ahead_s) VALUES (?, ?) ON CONFLICT DO UPDATE SET ahead_s = excluded.ahead_s",
    account,
    seconds,
  );
  simulator.store.run(
    "UPDATE jobs SET due_at_ms = due_at_ms - ? WHERE (SELECT account FROM objects WHERE id = jobs.object) = ?",
    nearer * 1000,
    account,
  );
}

/** Gives an account the time of another, if that one is ahead. */
export const keepUpWith = (simulator: Simulator, account: string, other: string): void =>
  moveAhead(simulator, account, aheadSeconds(simulator, other));

/** Lets time pass for an account and those connected to it. */
export function letTimePass(
  simulator: Simulator,
  account: string,
  connected: string[],
  seconds: number,
): void {
  moveAhead(simulator, account, aheadSeconds(simulator, account) + seconds);
  for (const each of connected) keepUpWith(simulator, each, account);
}
