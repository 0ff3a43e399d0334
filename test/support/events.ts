import { createHmac, randomBytes } from "node:crypto";

type EventFacts = {
  id?: string;
  type?: string;
  created?: number;
  livemode?: boolean;
  account?: string;
  object?: Record<string, unknown>;
};

export const nowS = (): number => Math.floor(Date.now() / 1000);

export const eventId = (): string => `evt_${randomBytes(12).toString("hex")}`;

/** The body of an event as Stripe posts it. */
export function anEvent({
  id = eventId(),
  type = "customer.created",
  created = nowS(),
  livemode = false,
  account,
  object = { id: "cus_1", object: "customer" },
}: EventFacts = {}): { id: string; body: string } {
  const event = {
    id,
    object: "event",
    api_version: "2026-10-28.endive",
    created,
    data: { object },
    livemode,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    ...(account && { account }),
  };
  return { id, body: JSON.stringify(event) };
}

/** The body of a thin event as an event destination posts it. */
export function aThinEvent(changes: Record<string, unknown> = {}): { id: string; body: string } {
  const id = eventId();
  const event = {
    id,
    object: "v2.core.event",
    type: "v2.core.event_destination.ping",
    livemode: false,
    created: "2026-11-23T12:00:00.789Z",
    context: null,
    related_object: { id: "mtr_1", type: "billing.meter", url: "/v1/billing/meters/mtr_1" },
    ...changes,
  };
  return { id, body: JSON.stringify(event) };
}

/** The `v1` of a body signed at `t`. */
export const signatureOf = (body: string | Buffer, secret: string, t: number | string): string =>
  createHmac("sha256", secret).update(`${t}.`).update(body).digest("hex");

/** The `Stripe-Signature` header of a body. */
export const sign = (body: string | Buffer, secret: string, t: number = nowS()): string =>
  `t=${t},v1=${signatureOf(body, secret, t)}`;
