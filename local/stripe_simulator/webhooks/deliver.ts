import { createHmac } from "node:crypto";
import { nowSeconds } from "../core/clock.ts";
import type { KeptEndpoint } from "../core/objects.ts";
import { pretty } from "../core/pretty_json.ts";
import type { Simulator } from "../state/simulator.ts";
import { type Attempt, type Delivery, ready, record } from "./deliveries.ts";

/** https://docs.stripe.com/webhooks: no answer within this time is a failure. */
const TIMEOUT_MS = 30_000;

/** How many deliveries may wait for one target's answer, so that a slow one holds up only itself. */
const AT_ONCE = 8;

/** Hands an event to a `stripe listen`; the delivery's id comes back with its answers. */
export type SendToCli = (delivery: Delivery, body: string) => Promise<Attempt>;

/** Sends what is ready. The queue is in the store; only what is on its way is known here. */
export function startDelivering(simulator: Simulator, sendToCli: SendToCli) {
  const underway = new Map<number, string>();
  const stopping = new AbortController();

  function deliverReady(): void {
    for (const delivery of ready(simulator)) {
      const busy = [...underway.values()].filter((target) => target === delivery.target).length;
      if (underway.has(delivery.id) || busy >= AT_ONCE) continue;
      underway.set(delivery.id, delivery.target);
      void deliver(delivery);
    }
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const attempt = await attemptTo(delivery);
    underway.delete(delivery.id);
    if (stopping.signal.aborted) return;
    record(simulator, delivery, attempt);
    simulator.wake();
  }

  async function attemptTo(delivery: Delivery): Promise<Attempt> {
    const event = simulator.store.find("event", delivery.event)?.object;
    if (!event) return { state: "canceled", outcome: "the event is gone" };
    const account = simulator.store.find("event", delivery.event)?.scope.account;
    const body = pretty(delivery.platform ? { ...event, account } : event);
    if (delivery.target.startsWith("cliws_")) return sendToCli(delivery, body);
    const endpoint = simulator.store.find("webhook_endpoint", delivery.target)?.object;
    // Asked anew for each try: an endpoint that was deleted or disabled gets nothing more.
    if (endpoint?.status !== "enabled") return { state: "canceled", outcome: "the endpoint is not enabled" };
    return post(endpoint, body, stopping.signal);
  }

  return { deliverReady, stop: () => stopping.abort() };
}

async function post({ url, secret }: KeptEndpoint, body: string, stopping: AbortSignal): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature(body, secret),
      },
      redirect: "manual", // Stripe follows none: a redirect is a failure
      signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return { state: response.ok ? "succeeded" : "retry", outcome: String(response.status) };
  } catch (error) {
    return { state: "retry", outcome: reason(error) };
  }
}

/** https://docs.stripe.com/webhooks#verify-manually; the key is the whole secret with its `whsec_`. */
export function signature(body: string, secret: string): string {
  const at = nowSeconds();
  return `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
}

/** `fetch` hides why a connection failed in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer within 30 s";
  const { cause } = error;
  return cause instanceof Error
    ? cause.message || ("code" in cause ? String(cause.code) : cause.name)
    : error.message;
}
