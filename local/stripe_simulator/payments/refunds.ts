import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { invalidParam, invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { assertNoParams, mergeMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { type Cause, noRequest } from "../core/cause.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import { faultsOf } from "../state/faults.ts";
import type { Simulator } from "../state/simulator.ts";
import { availableIn, record } from "./ledger.ts";
import { newRefund } from "./new_refund.ts";
import { settle } from "./settlement.ts";

/* Refunds (https://docs.stripe.com/refunds). They take from the platform's balance alone: no transfer is reversed. */

export const retrieveRefund = retrieve("refund");

const ListRefunds = v.strictObject({
  ...param.paging,
  charge: v.optional(param.text()),
  created: v.optional(param.range),
  payment_intent: v.optional(param.text()),
});

/** https://docs.stripe.com/api/refunds/list */
export const listRefunds: Handler = ({ params, scope }, simulator) => {
  const { charge, created, payment_intent, ...paging } = parse(ListRefunds, params);
  const where = [...whereField("charge", charge), ...whereField("payment_intent", payment_intent)];
  return listPage(simulator, scope, { kind: "refund", url: "/v1/refunds", created, where }, paging);
};

/** https://docs.stripe.com/api/refunds/update */
export const updateRefund: Handler = ({ cause, params, path, scope }, simulator) => {
  const before = getOrThrow(simulator, "refund", scope, path("id"));
  const { metadata } = parse(v.strictObject({ metadata: v.optional(param.metadata, {}) }), params);
  const merged = mergeMetadata(before.metadata ?? {}, metadata);
  const refund = simulator.store.update("refund", { ...before, metadata: merged });
  emit(simulator, scope, cause, [pendingEvent("refund.updated", refund, { metadata: before.metadata })]);
  return refund;
};

/** https://docs.stripe.com/api/refunds/cancel: only what waits for the customer's details, which none here does. */
export const cancelRefund: Handler = ({ params, path, scope }, simulator) => {
  assertNoParams(params);
  const { id, status } = getOrThrow(simulator, "refund", scope, path("id"));
  throw invalidRequest(
    `Only refunds with a status of requires_action can be canceled. The refund ${id} has a status of ${status}.`,
  );
};

const CreateRefund = v.strictObject({
  amount: v.optional(param.integer(1)),
  charge: v.optional(param.text()),
  metadata: v.optional(param.metadata, {}),
  payment_intent: v.optional(param.text()),
  reason: v.optional(v.picklist(["duplicate", "fraudulent", "requested_by_customer"])),
  refund_application_fee: v.optional(param.boolean),
  reverse_transfer: v.optional(param.boolean),
});

/** https://docs.stripe.com/api/refunds/create */
export const createRefund: Handler = ({ cause, params, scope }, simulator) =>
  refundCharge(simulator, scope, parse(CreateRefund, params), cause);

export function refundCharge(
  simulator: Simulator,
  scope: Scope,
  { amount: wanted, metadata = {}, reason, ...rest }: Partial<v.InferOutput<typeof CreateRefund>>,
  cause: Cause,
): Stripe.Refund {
  if (rest.reverse_transfer)
    throw invalidRequest("Cannot reverse transfer: this charge does not have an associated transfer.", {
      param: "reverse_transfer",
    });
  if (rest.refund_application_fee)
    throw invalidRequest("Cannot refund application fee: this charge has no application fee.", {
      param: "refund_application_fee",
    });
  const before = chargeToRefund(simulator, scope, rest);
  const amount = wanted ?? before.amount - before.amount_refunded;
  assertRefundable(simulator, scope, before, amount);

  const id = newId.refund();
  const settled = settle(simulator, scope, amount, before.currency);
  const pending = pendingReason(simulator, scope, settled);
  const refund = simulator.store.insert(
    "refund",
    scope,
    newRefund({
      id,
      amount,
      balance_transaction:
        pending === "insufficient_funds" ? null : take(simulator, scope, before, id, settled),
      charge: before.id,
      created: accountTime(simulator, scope.account),
      currency: before.currency,
      ...(before.payment_method_details?.type === "card" && { destination_details: TO_CARD }),
      metadata,
      payment_intent: before.payment_intent,
      payment_method: before.payment_method,
      ...(pending && { pending_reason: pending }),
      reason: reason ?? null,
      status: pending ? "pending" : "succeeded",
    }),
  );
  const charge = addRefunded(simulator, before, amount);
  emit(simulator, scope, cause, [
    pendingEvent("refund.created", refund),
    pendingEvent("charge.refunded", charge, {
      amount_refunded: before.amount_refunded,
      refunded: before.refunded,
    }),
  ]);
  return refund;
}

const TO_CARD: Stripe.Refund.DestinationDetails = {
  card: { reference_status: "pending", reference_type: "acquirer_reference_number", type: "refund" },
  type: "card",
};

function chargeToRefund(
  { store }: Simulator,
  scope: Scope,
  { charge, payment_intent }: { charge?: string | undefined; payment_intent?: string | undefined },
): Stripe.Charge {
  if (!charge && !payment_intent)
    throw invalidParam(
      "charge",
      "One of the following params should be provided for this request: payment_intent or charge.",
    );
  const intent = payment_intent ? store.get("payment_intent", scope, payment_intent) : undefined;
  if (payment_intent && !intent) throw missing("payment_intent", payment_intent);
  if (intent && !intent.latest_charge)
    throw invalidRequest("This PaymentIntent does not have a successful charge to refund.", {
      param: "payment_intent",
    });
  const id = charge ?? String(intent?.latest_charge);
  const found = store.get("charge", scope, id);
  if (!found || (intent && found.payment_intent !== intent.id)) throw missing("charge", id);
  return found;
}

const missing = (what: "charge" | "payment_intent", id: string) =>
  invalidRequest(`No such ${what}: '${id}'`, { code: "resource_missing", param: what });

function assertRefundable(simulator: Simulator, scope: Scope, charge: Stripe.Charge, amount: number): void {
  const { id, currency } = charge;
  if (!charge.paid || !charge.captured || charge.source_transfer)
    throw invalidRequest(`Charge ${id} cannot be refunded.`, { code: "charge_not_refundable" });
  if (charge.refunded)
    throw invalidRequest(`Charge ${id} has already been refunded.`, { code: "charge_already_refunded" });
  if (isDisputed(simulator, scope, charge))
    throw invalidRequest(`Charge ${id} has been charged back; cannot issue a refund.`, {
      code: "charge_disputed",
    });
  const left = charge.amount - charge.amount_refunded;
  if (amount > left)
    throw invalidRequest(
      `Refund amount (${formatMoney(amount, currency)}) is greater than unrefunded amount on charge (${formatMoney(left, currency)})`,
      { param: "amount" },
    );
}

/** Whether the bank has the money of this charge, or had it in the end. */
const isDisputed = ({ store }: Simulator, scope: Scope, charge: Stripe.Charge): boolean =>
  charge.disputed &&
  store
    .list("dispute", scope, whereField("charge", charge.id), -1)
    .some(({ is_charge_refundable }) => !is_charge_refundable);

function pendingReason(
  simulator: Simulator,
  scope: Scope,
  { amount, currency }: { amount: number; currency: string },
): "processing" | "insufficient_funds" | undefined {
  const { refund_pending } = faultsOf(simulator, scope.account);
  if (refund_pending === "processing") return refund_pending;
  const lacks = refund_pending === "insufficient_funds" && amount > availableIn(simulator, scope, currency);
  return lacks ? "insufficient_funds" : undefined;
}

function take(
  simulator: Simulator,
  scope: Scope,
  charge: Stripe.Charge,
  id: string,
  settled: { amount: number; currency: string; exchange_rate: number | null },
): string {
  return record(simulator, scope, {
    ...settled,
    amount: -settled.amount,
    type: charge.id.startsWith("py_") ? "payment_refund" : "refund",
    reporting_category: "refund",
    source: id,
    description: charge.description ? `REFUND FOR CHARGE (${charge.description})` : "REFUND FOR CHARGE",
  }).id;
}

function addRefunded({ store }: Simulator, charge: Stripe.Charge, amount: number): Stripe.Charge {
  const amount_refunded = charge.amount_refunded + amount;
  return store.update("charge", { ...charge, amount_refunded, refunded: amount_refunded >= charge.amount });
}

/** The job that pays for the refunds that wait for money, oldest first, as far as it goes.
 *  @param refundId any of those that wait */
export function fundRefunds(simulator: Simulator, refundId: string): void {
  const scope = simulator.store.find("refund", refundId)?.scope;
  if (!scope) return;
  const waiting = whereField("pending_reason", "insufficient_funds");
  for (const refund of simulator.store.list("refund", scope, waiting, -1).toReversed()) {
    const settled = settle(simulator, scope, refund.amount, refund.currency);
    if (settled.amount > availableIn(simulator, scope, settled.currency)) return;
    succeedRefund(simulator, scope, refund);
  }
}

function succeedRefund(simulator: Simulator, scope: Scope, before: Stripe.Refund): Stripe.Refund {
  const { pending_reason, ...rest } = before;
  const charge = getOrThrow(simulator, "charge", scope, String(before.charge));
  const settled = settle(simulator, scope, before.amount, before.currency);
  const refund = simulator.store.update("refund", {
    ...rest,
    balance_transaction: before.balance_transaction ?? take(simulator, scope, charge, before.id, settled),
    status: "succeeded",
  });
  const previous = { status: before.status, ...(pending_reason && { pending_reason }) };
  emit(simulator, scope, noRequest, [pendingEvent("refund.updated", refund, previous)]);
  return refund;
}

function failRefund(simulator: Simulator, scope: Scope, before: Stripe.Refund, cause: Cause): Stripe.Refund {
  const { pending_reason, ...rest } = before;
  const taken = simulator.store.get("balance_transaction", scope, String(before.balance_transaction));
  const back =
    taken &&
    record(simulator, scope, {
      type: "refund_failure",
      reporting_category: "refund_failure",
      source: before.id,
      amount: -taken.amount,
      currency: taken.currency,
      exchange_rate: taken.exchange_rate,
      description: "REFUND FAILURE",
    });
  const refund = simulator.store.update("refund", {
    ...rest,
    ...(back && { failure_balance_transaction: back.id }),
    failure_reason: pending_reason === "insufficient_funds" ? "insufficient_funds" : "lost_or_stolen_card",
    status: "failed",
  });
  addRefunded(simulator, getOrThrow(simulator, "charge", scope, String(before.charge)), -before.amount);
  const previous = { status: before.status, ...(pending_reason && { pending_reason }) };
  emit(simulator, scope, cause, [
    pendingEvent("refund.updated", refund, previous),
    pendingEvent("refund.failed", refund),
    pendingEvent("charge.refund.updated", refund, previous),
  ]);
  return refund;
}

/** What the customer's bank does with a refund (https://docs.stripe.com/refunds#failed-refunds). */
export const RefundAction = v.picklist(["succeed", "fail"]);

export type RefundAction = v.InferOutput<typeof RefundAction>;

export function actOnRefund(
  simulator: Simulator,
  scope: Scope,
  id: string,
  action: RefundAction,
): Stripe.Refund {
  return simulator.store.transaction(() => {
    const refund = getOrThrow(simulator, "refund", scope, id);
    const possible = action === "succeed" ? ["pending"] : ["pending", "succeeded"];
    if (refund.source_transfer_reversal || !possible.includes(refund.status ?? ""))
      throw invalidRequest(`The refund ${id} has a status of ${refund.status}: it cannot ${action}.`);
    return action === "succeed"
      ? succeedRefund(simulator, scope, refund)
      : failRefund(simulator, scope, refund, noRequest);
  });
}
