import type { Kind, Objects, Scope } from "../core/objects.ts";
import type { Simulator } from "../state/simulator.ts";
import { resourceMissing } from "./errors.ts";

/** How Stripe's `resource_missing` names an object, and the parameter it was looked up by. */
const WORDING: Record<Kind, { what: string; param: string }> = {
  balance_transaction: { what: "balance transaction", param: "id" },
  charge: { what: "charge", param: "id" },
  "checkout.session": { what: "checkout.session", param: "session" },
  dispute: { what: "dispute", param: "id" },
  event: { what: "event", param: "id" },
  item: { what: "line item", param: "id" },
  payment_intent: { what: "payment_intent", param: "intent" },
  payment_method: { what: "PaymentMethod", param: "id" },
  payout: { what: "payout", param: "id" },
  price: { what: "price", param: "price" },
  product: { what: "product", param: "id" },
  refund: { what: "refund", param: "id" },
  transfer: { what: "transfer", param: "id" },
  transfer_reversal: { what: "transfer reversal", param: "id" },
  webhook_endpoint: { what: "webhook endpoint", param: "webhook_endpoint" },
};

/** The object, if it is visible in this scope; otherwise throws Stripe's 404. */
export function getOrThrow<K extends Kind>(
  { store }: Simulator,
  kind: K,
  scope: Scope,
  id: string,
): Objects[K] {
  const object = store.get(kind, scope, id);
  if (object) return object;
  const elsewhere = store.find(kind, id);
  const inOtherMode = elsewhere?.scope.account === scope.account;
  const [here, there] = scope.livemode ? ["live", "test"] : ["test", "live"];
  const hint = `; a similar object exists in ${there} mode, but a ${here} mode key was used to make this request.`;
  throw resourceMissing(WORDING[kind].what, id, WORDING[kind].param, inOtherMode ? hint : "");
}
