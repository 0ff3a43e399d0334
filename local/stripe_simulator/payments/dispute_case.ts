import type Stripe from "stripe";
import * as v from "valibot";
import { invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { type Cause, noRequest } from "../core/cause.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { emit, type PendingEvent, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { record } from "./ledger.ts";
import { settle } from "./settlement.ts";

/* What the customer's bank does (https://docs.stripe.com/disputes/how-disputes-work). The platform pays for the disputes of
 * separate charges, and no transfer is reversed. The received fee is never given back; the countered fee, which evidence
 * costs, is on a win (https://support.stripe.com/topics/disputes). */

export interface DisputeCase {
  simulator: Simulator;
  scope: Scope;
  dispute: Stripe.Dispute;
  cause?: Cause;
}

type Dispute = Stripe.Dispute;

/** Of the smallest unit of the currency in which the platform settles. */
const RECEIVED_FEE = 1_500;
const COUNTERED_FEE = 1_500;

const RESPONSE_SECONDS = 9 * 24 * 60 * 60;

export const NewDispute = v.strictObject({
  /** Without it, what is left of the charge. A bank may want more than was paid. */
  amount: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  reason: v.optional(v.string(), "fraudulent"),
  /** The bank asks before it takes anything. */
  inquiry: v.optional(v.boolean(), false),
});

/** A customer asks their bank for their money back. */
export function openDispute(
  simulator: Simulator,
  scope: Scope,
  chargeId: string,
  { amount, reason, inquiry }: v.InferOutput<typeof NewDispute>,
): Dispute {
  return simulator.store.transaction(() => {
    const charge = getOrThrow(simulator, "charge", scope, chargeId);
    if (!charge.paid || charge.source_transfer)
      throw invalidRequest(`The charge ${chargeId} cannot be disputed: it was not paid.`);
    const created = accountTime(simulator, scope.account);
    const dispute = simulator.store.insert("dispute", scope, {
      id: newId.dispute(),
      object: "dispute",
      amount: amount ?? (charge.amount - charge.amount_refunded || charge.amount),
      balance_transactions: [],
      charge: charge.id,
      created,
      currency: charge.currency,
      enhanced_eligibility_types: [],
      evidence: { ...NO_EVIDENCE },
      evidence_details: {
        due_by: created + RESPONSE_SECONDS,
        enhanced_eligibility: {},
        has_evidence: false,
        past_due: false,
        submission_count: 0,
        submission_method: "not_submitted",
      },
      intended_submission_method: null,
      is_charge_refundable: inquiry,
      livemode: scope.livemode,
      metadata: {},
      payment_intent: charge.payment_intent,
      ...(charge.payment_method_details?.type === "card" && {
        payment_method_details: {
          card: {
            brand: "visa",
            case_type: inquiry ? "inquiry" : "chargeback",
            network: "visa",
            network_reason_code: "10.4",
          },
          type: "card",
        },
      }),
      reason,
      status: inquiry ? "warning_needs_response" : "needs_response",
    });
    simulator.store.update("charge", { ...charge, disputed: true });
    const made = { simulator, scope, dispute };
    if (inquiry) return tell(made, [pendingEvent("charge.dispute.created", dispute)]);
    const withdrawn = takeFunds(made);
    return tell({ ...made, dispute: withdrawn }, [
      pendingEvent("charge.dispute.created", withdrawn),
      pendingEvent("charge.dispute.funds_withdrawn", withdrawn),
    ]);
  });
}

/** What a bank can do with a dispute: take the money after an inquiry, decide it for one side or the other, give back all
 *  or part of what it took, or end an inquiry. */
export const DisputeAction = v.strictObject({
  do: v.picklist(["withdraw", "win", "lose", "return", "close"]),
  /** How much of the disputed amount is returned; without it, all that is left. */
  amount: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
});

export function actOnDispute(
  simulator: Simulator,
  scope: Scope,
  id: string,
  { do: action, amount }: v.InferOutput<typeof DisputeAction>,
): Dispute {
  return simulator.store.transaction(() => {
    const made: DisputeCase = { simulator, scope, dispute: getOrThrow(simulator, "dispute", scope, id) };
    switch (action) {
      case "withdraw":
        return withdraw(made);
      case "win":
        return win(made);
      case "lose":
        return lose(made);
      case "return":
        return giveBack(made, amount);
      case "close":
        return closeInquiry(made);
    }
  });
}

function withdraw(made: DisputeCase): Dispute {
  if (!isInquiry(made.dispute)) throw cannot(made.dispute, "be withdrawn");
  const dispute = takeFunds(made);
  return tell({ ...made, dispute }, [
    pendingEvent("charge.dispute.funds_withdrawn", dispute),
    pendingEvent("charge.dispute.updated", dispute, { status: made.dispute.status }),
  ]);
}

/** Also after it was lost: a bank can change its mind. */
export function win(made: DisputeCase): Dispute {
  const { simulator, scope, dispute: before } = made;
  if (before.balance_transactions.length === 0 || before.status === "won") throw cannot(before, "be won");
  const returned = outstanding(before) > 0;
  const paid = returned ? reinstate(made, outstanding(before)) : before;
  if (before.evidence_details.submission_count > 0) counteredFee(made, COUNTERED_FEE);
  const dispute = simulator.store.update("dispute", { ...paid, is_charge_refundable: true, status: "won" });
  return tell({ ...made, scope, dispute }, [
    ...(returned ? [pendingEvent("charge.dispute.funds_reinstated", dispute)] : []),
    pendingEvent("charge.dispute.closed", dispute),
  ]);
}

/** Nothing moves: the bank has the money. */
export function lose(made: DisputeCase): Dispute {
  const { simulator, dispute: before } = made;
  if (isInquiry(before)) return closeInquiry(made);
  if (!["needs_response", "under_review"].includes(before.status)) throw cannot(before, "be lost");
  const dispute = simulator.store.update("dispute", { ...before, status: "lost" });
  return tell({ ...made, dispute }, [pendingEvent("charge.dispute.closed", dispute)]);
}

function giveBack(made: DisputeCase, amount = 0): Dispute {
  const { simulator, scope, dispute: before } = made;
  const left = outstanding(before);
  const back = amount === 0 ? left : settle(simulator, scope, amount, before.currency).amount;
  if (left === 0 || back > left) throw cannot(before, "give back more than it took");
  const dispute = simulator.store.update("dispute", reinstate(made, back));
  return tell({ ...made, dispute }, [pendingEvent("charge.dispute.funds_reinstated", dispute)]);
}

function closeInquiry(made: DisputeCase): Dispute {
  const { simulator, dispute: before } = made;
  if (!isInquiry(before)) throw cannot(before, "be closed");
  const dispute = simulator.store.update("dispute", { ...before, status: "warning_closed" });
  return tell({ ...made, dispute }, [pendingEvent("charge.dispute.closed", dispute)]);
}

/** The evidence is on its way to the bank. */
export function submitEvidence(simulator: Simulator, scope: Scope, dispute: Dispute): Dispute {
  if (!isInquiry(dispute)) counteredFee({ simulator, scope, dispute }, -COUNTERED_FEE);
  return simulator.store.update("dispute", {
    ...dispute,
    evidence_details: {
      ...dispute.evidence_details,
      submission_count: dispute.evidence_details.submission_count + 1,
      submission_method: "manual",
    },
    status: isInquiry(dispute) ? "warning_under_review" : "under_review",
  });
}

function takeFunds({ simulator, scope, dispute }: DisputeCase): Dispute {
  const settled = settle(simulator, scope, dispute.amount, dispute.currency);
  const transaction = record(simulator, scope, {
    ...settled,
    amount: -settled.amount,
    type: "adjustment",
    reporting_category: "dispute",
    source: dispute.id,
    description: `Chargeback withdrawal for ${dispute.charge}`,
    fee: { amount: RECEIVED_FEE, description: "Dispute fee" },
  });
  const { card, ...details } = dispute.payment_method_details ?? { type: "card" };
  return simulator.store.update("dispute", {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, transaction],
    is_charge_refundable: false,
    ...(card && { payment_method_details: { ...details, card: { ...card, case_type: "chargeback" } } }),
    status: "needs_response",
  });
}

/** @param amount in the currency in which it was taken */
function reinstate({ simulator, scope, dispute }: DisputeCase, amount: number): Dispute {
  const [taken] = dispute.balance_transactions;
  const transaction = record(simulator, scope, {
    type: "adjustment",
    reporting_category: "dispute_reversal",
    source: dispute.id,
    amount,
    currency: taken?.currency ?? dispute.currency,
    exchange_rate: taken?.exchange_rate ?? null,
    description: `Chargeback reversal for ${dispute.charge}`,
  });
  return { ...dispute, balance_transactions: [...dispute.balance_transactions, transaction] };
}

/** Its balance transaction names no dispute; whether Stripe's does could not be found out. */
function counteredFee({ simulator, scope, dispute }: DisputeCase, amount: number): void {
  record(simulator, scope, {
    type: "stripe_fee",
    reporting_category: "fee",
    source: null,
    amount,
    currency: dispute.balance_transactions[0]?.currency ?? dispute.currency,
    description: amount < 0 ? "Dispute countered fee" : "Dispute countered fee returned",
  });
}

/** What the bank still has of what it took. */
export const outstanding = ({ balance_transactions }: Dispute): number =>
  0 - balance_transactions.reduce((sum, { amount }) => sum + amount, 0);

export const isInquiry = ({ status }: Dispute): boolean =>
  status === "warning_needs_response" || status === "warning_under_review";

const cannot = ({ id, status }: Dispute, what: string) =>
  invalidRequest(`The dispute ${id} has a status of ${status}: it cannot ${what}.`);

function tell(
  { simulator, scope, dispute, cause = noRequest }: DisputeCase,
  events: PendingEvent[],
): Dispute {
  emit(simulator, scope, cause, events);
  return dispute;
}

const NO_EVIDENCE: Dispute["evidence"] = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
