import type Stripe from "stripe";
import * as v from "valibot";
import { invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { assertNoParams, mergeMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { addJob } from "../state/jobs.ts";
import type { Simulator } from "../state/simulator.ts";
import { type DisputeCase, lose, submitEvidence, win } from "./dispute_case.ts";

/* What the platform can do about a dispute (https://docs.stripe.com/disputes). */

export const retrieveDispute = retrieve("dispute");

const ListDisputes = v.strictObject({
  ...param.paging,
  charge: v.optional(param.text()),
  created: v.optional(param.range),
  payment_intent: v.optional(param.text()),
});

/** https://docs.stripe.com/api/disputes/list */
export const listDisputes: Handler = ({ params, scope }, simulator) => {
  const { charge, created, payment_intent, ...paging } = parse(ListDisputes, params);
  const where = [...whereField("charge", charge), ...whereField("payment_intent", payment_intent)];
  return listPage(simulator, scope, { kind: "dispute", url: "/v1/disputes", created, where }, paging);
};

const text = v.optional(v.string());

/** Texts, and files by their id. */
const Evidence = v.strictObject({
  access_activity_log: text,
  billing_address: text,
  cancellation_policy: text,
  cancellation_policy_disclosure: text,
  cancellation_rebuttal: text,
  customer_communication: text,
  customer_email_address: text,
  customer_name: text,
  customer_purchase_ip: text,
  customer_signature: text,
  duplicate_charge_documentation: text,
  duplicate_charge_explanation: text,
  duplicate_charge_id: text,
  product_description: text,
  receipt: text,
  refund_policy: text,
  refund_policy_disclosure: text,
  refund_refusal_explanation: text,
  service_date: text,
  service_documentation: text,
  shipping_address: text,
  shipping_carrier: text,
  shipping_date: text,
  shipping_documentation: text,
  shipping_tracking_number: text,
  uncategorized_file: text,
  uncategorized_text: text,
});

const UpdateDispute = v.strictObject({
  evidence: v.optional(Evidence, {}),
  metadata: v.optional(param.metadata, {}),
  submit: v.optional(param.boolean, "true"),
});

/** When the bank decides about a dispute whose evidence says in which way. */
const DECISION_MS = 500;

/** https://docs.stripe.com/api/disputes/update: evidence is submitted at once unless `submit` is false. Test evidence
 *  decides the dispute (https://docs.stripe.com/testing#evidence). */
export const updateDispute: Handler = ({ cause, params, path, scope }, simulator) => {
  const before = getOrThrow(simulator, "dispute", scope, path("id"));
  const { evidence, metadata, submit } = parse(UpdateDispute, params);
  const given = Object.entries(evidence).map(([name, value]) => [name, value || null]);
  if (given.length > 0) assertOpen(before);
  const kept: Stripe.Dispute = {
    ...before,
    evidence: { ...before.evidence, ...Object.fromEntries(given) },
    metadata: mergeMetadata(before.metadata, metadata),
  };
  kept.evidence_details = {
    ...kept.evidence_details,
    has_evidence: Object.values(kept.evidence).some(isGiven),
  };
  const submitted = submit && given.length > 0;
  const dispute = submitted
    ? submitEvidence(simulator, scope, kept)
    : simulator.store.update("dispute", kept);
  emit(simulator, scope, cause, [
    pendingEvent("charge.dispute.updated", dispute, {
      evidence: before.evidence,
      evidence_details: before.evidence_details,
      metadata: before.metadata,
      status: before.status,
    }),
  ]);
  if (submitted && DECISIONS[dispute.evidence.uncategorized_text ?? ""])
    addJob(simulator, "decide dispute", dispute.id, Date.now() + DECISION_MS);
  return dispute;
};

const isGiven = (value: unknown) => typeof value === "string";

const DECISIONS: Record<string, (dispute: DisputeCase) => Stripe.Dispute> = {
  losing_evidence: lose,
  winning_evidence: win,
};

/** The job of the bank that decides by the evidence. */
export function decideDispute(simulator: Simulator, id: string): void {
  const found = simulator.store.find("dispute", id);
  if (!found?.object.status.endsWith("under_review")) return;
  const decide = DECISIONS[found.object.evidence.uncategorized_text ?? ""];
  decide?.({ simulator, scope: found.scope, dispute: found.object });
}

/** https://docs.stripe.com/api/disputes/close: accepts the dispute as lost. */
export const closeDispute: Handler = ({ cause, params, path, scope }, simulator) => {
  const dispute = getOrThrow(simulator, "dispute", scope, path("id"));
  assertNoParams(params);
  assertOpen(dispute);
  return lose({ simulator, scope, dispute, cause });
};

function assertOpen({ id, status }: Stripe.Dispute): void {
  if (!status.endsWith("needs_response"))
    throw invalidRequest(`The dispute ${id} has a status of ${status}: it takes no answer any more.`);
}
