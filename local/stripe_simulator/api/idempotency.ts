import { createHash } from "node:crypto";
import type { Cause } from "../core/cause.ts";
import { nowSeconds } from "../core/clock.ts";
import type { Scope } from "../core/objects.ts";
import type { Simulator } from "../state/simulator.ts";
import { idempotencyMismatch } from "./errors.ts";

const KEPT_SECONDS = 24 * 60 * 60;

export interface Answer {
  status: number;
  body: string;
  /** The request that was answered like this before, if this is a replay. */
  original?: string;
}

export interface Question {
  scope: Scope;
  /** The Idempotency-Key, if there is one that counts. */
  key: string | null;
  path: string;
  params: object;
}

/** The answer that this key had within the last 24 hours; throws if it was to another question
 *  (https://docs.stripe.com/api/idempotent_requests). */
export function keptAnswer(simulator: Simulator, question: Question): Answer | undefined {
  if (!question.key) return undefined;
  simulator.store.run("DELETE FROM idempotency_keys WHERE created <= ?", nowSeconds() - KEPT_SECONDS);
  const kept = simulator.store.first(
    "SELECT fingerprint, request, status, body FROM idempotency_keys WHERE account = ? AND livemode = ? AND key = ?",
    question.scope.account,
    Number(question.scope.livemode),
    question.key,
  );
  if (!kept) return undefined;
  if (kept.fingerprint !== fingerprint(question)) throw idempotencyMismatch(question.key);
  return { status: Number(kept.status), body: String(kept.body), original: String(kept.request) };
}

export function keepAnswer(simulator: Simulator, question: Question, cause: Cause, answer: Answer): void {
  if (!question.key) return;
  simulator.store.run(
    "INSERT INTO idempotency_keys (account, livemode, key, fingerprint, request, status, body, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    question.scope.account,
    Number(question.scope.livemode),
    question.key,
    fingerprint(question),
    cause.id,
    answer.status,
    answer.body,
    nowSeconds(),
  );
}

const fingerprint = ({ path, params }: Question) =>
  createHash("sha256")
    .update(JSON.stringify([path, sorted(params)]))
    .digest("hex");

/** The order in which a form names its fields means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
