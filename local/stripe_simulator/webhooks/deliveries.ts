import { randomUUID } from "node:crypto";
import type Stripe from "stripe";
import * as v from "valibot";
import type { KeptEndpoint, Scope } from "../core/objects.ts";
import { platformsOf } from "../state/connections.ts";
import { weatherOf } from "../state/faults.ts";
import type { Simulator } from "../state/simulator.ts";

/** https://docs.stripe.com/webhooks#automatic-retries */
/** How long a change is held back in disorder, in ms. */
const HELD_BACK_MS = 1_500;
const GIVE_UP_MS = 3 * 24 * 60 * 60 * 1000;
const LONGEST_WAIT_MS = 60_000;

const Delivery = v.object({
  id: v.number(),
  change: v.string(),
  event: v.string(),
  /** A webhook endpoint (`we_…`) or a `stripe listen` (`cliws_…`). */
  target: v.string(),
  /** The platform whose Connect target this is; then the event names its account. */
  platform: v.nullable(v.string()),
  attempts: v.number(),
  due_at_ms: v.number(),
  give_up_at_ms: v.number(),
  state: v.picklist(["pending", "succeeded", "failed", "canceled"]),
  /** The last answer, in a word or a sentence, for the dashboard. */
  outcome: v.string(),
});

export type Delivery = v.InferOutput<typeof Delivery>;

interface Target {
  id: string;
  platform: string | null;
  hears(type: string): boolean;
}

/** Queues the events of one change for everybody who is to hear them.
 *  @returns the number of targets of each event */
export function enqueue(
  simulator: Simulator,
  scope: Scope,
  events: Stripe.Event[],
): (event: Stripe.Event) => number {
  const everybody = targetsOf(simulator, scope);
  const targets = (event: Stripe.Event) => everybody.filter(({ hears }) => hears(event.type));
  const change = randomUUID();
  const weather = weatherOf(simulator, scope.account);
  const due_at_ms = (target: Target) =>
    Date.now() + (weather.disorder && isHeldBack(simulator, target) ? HELD_BACK_MS : 0);
  const due = new Map(everybody.map((target) => [target.id, due_at_ms(target)]));
  for (const event of weather.disorder ? events.toReversed() : events)
    for (const target of targets(event))
      for (const _copy of weather.duplicate_deliveries ? ["once", "twice"] : ["once"])
        simulator.store.run(
          "INSERT INTO deliveries (change, event, target, platform, due_at_ms, give_up_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
          change,
          event.id,
          target.id,
          target.platform,
          due.get(target.id) ?? Date.now(),
          Date.now() + GIVE_UP_MS,
        );
  return (event) => targets(event).length;
}

/** In disorder every other change waits, so that the one after it arrives first. */
const isHeldBack = ({ store }: Simulator, { id }: Target): boolean =>
  Number(
    store.first("SELECT count(DISTINCT change) AS changes FROM deliveries WHERE target = ?", id)?.changes,
  ) %
    2 ===
  0;

/** Who hears the account itself, and who hears it as a connected account of theirs
 *  (https://docs.stripe.com/connect/webhooks). In live mode Connect endpoints hear test events too. */
function targetsOf(simulator: Simulator, scope: Scope): Target[] {
  const own = [
    ...endpointTargets(simulator, scope, (endpoint) => !endpoint.connect),
    ...simulator.listeners(scope).map(cliTarget),
  ];
  const connect = platformsOf(simulator, scope).flatMap((platform) => {
    const modes = scope.livemode ? [true] : [false, true];
    const endpoints = modes.flatMap((livemode) =>
      endpointTargets(simulator, { account: platform, livemode }, (endpoint) => endpoint.connect),
    );
    const listeners = simulator.listeners({ ...scope, account: platform }).map(cliTarget);
    return [...endpoints, ...listeners].map((target) => ({ ...target, platform }));
  });
  return [...own, ...connect];
}

const endpointTargets = (
  simulator: Simulator,
  scope: Scope,
  wanted: (endpoint: KeptEndpoint) => boolean,
): Target[] =>
  simulator.store
    .list("webhook_endpoint", scope, [], -1)
    .filter((endpoint) => endpoint.status === "enabled" && wanted(endpoint))
    .map(({ id, enabled_events }) => ({
      id,
      platform: null,
      hears: (type) => enabled_events.includes("*") || enabled_events.includes(type),
    }));

/** Which types a CLI forwards it decides itself. */
const cliTarget = (id: string): Target => ({ id, platform: null, hears: () => true });

/** Those that may go now. Of one change and target the first tries go one after the other, so that the order
 *  is what the weather says; a retry waits for nobody. */
export const ready = ({ store }: Simulator): Delivery[] =>
  store
    .all(
      `SELECT * FROM deliveries AS d WHERE state = 'pending' AND due_at_ms <= ? AND NOT EXISTS (
         SELECT 1 FROM deliveries AS earlier WHERE earlier.change = d.change AND earlier.target = d.target
         AND earlier.state = 'pending' AND earlier.attempts = 0 AND earlier.id < d.id) ORDER BY id`,
      Date.now(),
    )
    .map((row) => v.parse(Delivery, row));

export const deliveriesOf = ({ store }: Simulator, event: string): Delivery[] =>
  store
    .all("SELECT * FROM deliveries WHERE event = ? ORDER BY id", event)
    .map((row) => v.parse(Delivery, row));

export const pendingWebhooks = ({ store }: Simulator, event: string): number =>
  Number(
    store.first(
      "SELECT count(DISTINCT target) AS pending FROM deliveries WHERE event = ? AND state = 'pending'",
      event,
    )?.pending,
  );

export function nextDueMs({ store }: Simulator): number | undefined {
  const row = store.first(
    "SELECT min(due_at_ms) AS due FROM deliveries WHERE state = 'pending' AND due_at_ms > ?",
    Date.now(),
  );
  return row?.due === null ? undefined : Number(row?.due);
}

export interface Attempt {
  state: "succeeded" | "failed" | "retry" | "canceled";
  outcome: string;
}

/** Writes down how a try went. A retry waits 1 s, 2 s, 4 s … up to a minute, for three days. */
export function record({ store }: Simulator, delivery: Delivery, { state, outcome }: Attempt): void {
  const attempts = delivery.attempts + 1;
  const due = Date.now() + Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(delivery.attempts, 10));
  const tired = due > delivery.give_up_at_ms;
  store.run(
    "UPDATE deliveries SET state = ?, outcome = ?, attempts = ?, due_at_ms = ? WHERE id = ? AND state = 'pending'",
    state === "retry" ? (tired ? "failed" : "pending") : state,
    outcome,
    attempts,
    due,
    delivery.id,
  );
}

/** The answer that a CLI got from the address it forwards to comes after it took the event. */
export function recordForwarded({ store }: Simulator, delivery: number, status: number): void {
  const state = status >= 200 && status < 300 ? "succeeded" : "failed";
  store.run("UPDATE deliveries SET state = ?, outcome = ? WHERE id = ?", state, String(status), delivery);
}

export const cancelDeliveriesTo = ({ store }: Simulator, target: string) =>
  store.run("UPDATE deliveries SET state = 'canceled' WHERE target = ? AND state = 'pending'", target);
