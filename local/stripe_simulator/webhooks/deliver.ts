import { createHmac } from "node:crypto";
import { nowSeconds } from "../core/clock.ts";
import type { StoredEndpoint } from "../core/objects.ts";
import { prettyJson } from "../core/pretty_json.ts";
import type { Simulator } from "../state/simulator.ts";
import { type Attempt, type Delivery, isCli, readyDeliveries, recordAttempt } from "./deliveries.ts";

/** https://docs.stripe.com/webhooks: no response within this time is a failure. */
const TIMEOUT_MS = 30_000;

/** Per target, so that a slow one delays only itself. */
const MAX_IN_FLIGHT = 8;

/** Sends an event to a `stripe listen`, whose messages refer to the delivery by its id. */
export type SendToCli = (delivery: Delivery, body: string) => Promise<Attempt>;

/** Sends ready deliveries. The queue is in the store; only those in flight are in memory. */
export function startDeliveries(simulator: Simulator, sendToCli: SendToCli) {
  const inFlight = new Map<number, string>();
  const stopping = new AbortController();

  function deliverReady(): void {
    for (const delivery of readyDeliveries(simulator)) {
      const busy = [...inFlight.values()].filter((target) => target === delivery.target).length;
      if (inFlight.has(delivery.id) || busy >= MAX_IN_FLIGHT) continue;
      inFlight.set(delivery.id, delivery.target);
      void deliver(delivery);
    }
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const attempt = await attemptDelivery(delivery);
    inFlight.delete(delivery.id);
    if (stopping.signal.aborted) return;
    recordAttempt(simulator, delivery, attempt);
    simulator.wake();
  }

  async function attemptDelivery(delivery: Delivery): Promise<Attempt> {
    const event = simulator.store.find("event", delivery.event)?.object;
    if (!event) return { state: "canceled", outcome: "the event is gone" };
    const account = simulator.store.find("event", delivery.event)?.scope.account;
    const body = prettyJson(delivery.platform ? { ...event, account } : event);
    if (isCli({ id: delivery.target })) return sendToCli(delivery, body);
    const endpoint = simulator.store.find("webhook_endpoint", delivery.target)?.object;
    // Looked up for each attempt: a deleted or disabled endpoint receives nothing more.
    if (endpoint?.status !== "enabled") return { state: "canceled", outcome: "the endpoint is not enabled" };
    return post(endpoint, body, stopping.signal);
  }

  return { deliverReady, stop: () => stopping.abort() };
}

async function post({ url, secret }: StoredEndpoint, body: string, stopping: AbortSignal): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(body, secret),
      },
      redirect: "manual", // Stripe treats a redirect as a failure
      signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return { state: response.ok ? "succeeded" : "retry", outcome: String(response.status) };
  } catch (error) {
    return { state: "retry", outcome: failureReason(error) };
  }
}

/** https://docs.stripe.com/webhooks#verify-manually; the key is the whole secret with its `whsec_`. */
export function signature(body: string, secret: string): string {
  const at = nowSeconds();
  return `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
}

/** `fetch` puts the reason of a failed connection into `cause`. */
function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no response within 30 s";
  const { cause } = error;
  return cause instanceof Error
    ? cause.message || ("code" in cause ? String(cause.code) : cause.name)
    : error.message;
}
