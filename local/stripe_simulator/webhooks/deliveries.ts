import { randomUUID } from "node:crypto";
import type Stripe from "stripe";
import * as v from "valibot";
import type { Scope, StoredEndpoint } from "../core/objects.ts";
import { platformsOf } from "../state/connections.ts";
import { faultsOf } from "../state/faults.ts";
import type { Simulator } from "../state/simulator.ts";

/** How long the `disorder` fault holds a change back. */
const HOLD_BACK_MS = 1_500;

/** https://docs.stripe.com/webhooks#automatic-retries */
const GIVE_UP_MS = 3 * 24 * 60 * 60 * 1000;
const MAX_RETRY_DELAY_MS = 60_000;

const Delivery = v.object({
  id: v.number(),
  change: v.string(),
  event: v.string(),
  /** The target's id. */
  target: v.string(),
  /** The platform, if this is a Connect target; then the event names its account. */
  platform: v.nullable(v.string()),
  attempts: v.number(),
  due_at_ms: v.number(),
  give_up_at_ms: v.number(),
  state: v.picklist(["pending", "succeeded", "failed", "canceled"]),
  /** The last response or error, for the dashboard. */
  outcome: v.string(),
});

export type Delivery = v.InferOutput<typeof Delivery>;

export interface Target {
  /** A webhook endpoint (`we_…`) or a `stripe listen` (`cliws_…`). */
  id: string;
  platform: string | null;
  subscribesTo(type: string): boolean;
}

/** Queues the events of one change for all their targets, or those that are `wanted`.
 *  @returns the number of targets of each event */
export function enqueue(
  simulator: Simulator,
  scope: Scope,
  events: Stripe.Event[],
  wanted: (target: Target) => boolean = () => true,
): (event: Stripe.Event) => number {
  const all = targetsOf(simulator, scope).filter(wanted);
  const targets = (event: Stripe.Event) => all.filter(({ subscribesTo }) => subscribesTo(event.type));
  const change = randomUUID();
  const faults = faultsOf(simulator, scope.account);
  const due_at_ms = (target: Target) =>
    Date.now() + (faults.disorder && isHeldBack(simulator, target) ? HOLD_BACK_MS : 0);
  const due = new Map(all.map((target) => [target.id, due_at_ms(target)]));
  for (const event of faults.disorder ? events.toReversed() : events)
    for (const target of targets(event))
      for (const _copy of faults.duplicate_deliveries ? ["once", "twice"] : ["once"])
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

/** The `disorder` fault delays every other change, so that the next one arrives first. */
const isHeldBack = ({ store }: Simulator, { id }: Target): boolean =>
  Number(
    store.first("SELECT count(DISTINCT change) AS changes FROM deliveries WHERE target = ?", id)?.changes,
  ) %
    2 ===
  0;

/** The account's own targets, and the Connect targets of its platforms
 *  (https://docs.stripe.com/connect/webhooks). Live Connect endpoints receive test events too. */
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
  wanted: (endpoint: StoredEndpoint) => boolean,
): Target[] =>
  simulator.store
    .list("webhook_endpoint", scope, [], -1)
    .filter((endpoint) => endpoint.status === "enabled" && wanted(endpoint))
    .map(({ id, enabled_events }) => ({
      id,
      platform: null,
      subscribesTo: (type) => enabled_events.includes("*") || enabled_events.includes(type),
    }));

/** Whether a target is a `stripe listen`. */
export const isCli = ({ id }: Pick<Target, "id">): boolean => id.startsWith("cliws_");

/** The CLI itself decides which types it forwards. */
const cliTarget = (id: string): Target => ({ id, platform: null, subscribesTo: () => true });

/** Deliveries to send now. First attempts of one change to one target go one after the other, which keeps the order
 *  that was queued; a retry waits for no other delivery. */
export const readyDeliveries = ({ store }: Simulator): Delivery[] =>
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

/** Records the result of an attempt. Retries wait 1 s, 2 s, 4 s … up to a minute, for three days. */
export function recordAttempt({ store }: Simulator, delivery: Delivery, { state, outcome }: Attempt): void {
  const attempts = delivery.attempts + 1;
  const due = Date.now() + Math.min(MAX_RETRY_DELAY_MS, 1000 * 2 ** Math.min(delivery.attempts, 10));
  const exhausted = due > delivery.give_up_at_ms;
  store.run(
    "UPDATE deliveries SET state = ?, outcome = ?, attempts = ?, due_at_ms = ? WHERE id = ? AND state = 'pending'",
    state === "retry" ? (exhausted ? "failed" : "pending") : state,
    outcome,
    attempts,
    due,
    delivery.id,
  );
}

/** The CLI acknowledges an event first, and later reports the response of the URL it forwards to. */
export function recordForwarded({ store }: Simulator, delivery: number, status: number): void {
  const state = status >= 200 && status < 300 ? "succeeded" : "failed";
  store.run("UPDATE deliveries SET state = ?, outcome = ? WHERE id = ?", state, String(status), delivery);
}

export const cancelDeliveriesTo = ({ store }: Simulator, target: string) =>
  store.run("UPDATE deliveries SET state = 'canceled' WHERE target = ? AND state = 'pending'", target);
