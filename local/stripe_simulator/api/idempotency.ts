import { createHash } from "node:crypto";
import type { Cause } from "../core/cause.ts";
import type { Scope } from "../core/objects.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { idempotencyMismatch } from "./errors.ts";

const LIFETIME_SECONDS = 24 * 60 * 60;

export interface ApiResponse {
  status: number;
  body: string;
  /** The id of the original request, if this is a replay. */
  original?: string;
}

interface IdempotentRequest {
  scope: Scope;
  /** The Idempotency-Key; null if there is none, or the method ignores it. */
  key: string | null;
  path: string;
  params: object;
}

/** The response saved for this key within the last 24 hours. Throws if that request differed
 *  (https://docs.stripe.com/api/idempotent_requests). */
export function savedResponse(simulator: Simulator, request: IdempotentRequest): ApiResponse | undefined {
  if (!request.key) return undefined;
  const { account } = request.scope;
  const begin = accountTime(simulator, account) - LIFETIME_SECONDS;
  simulator.store.run("DELETE FROM idempotency_keys WHERE account = ? AND created <= ?", account, begin);
  const saved = simulator.store.first(
    "SELECT fingerprint, request, status, body FROM idempotency_keys WHERE account = ? AND livemode = ? AND key = ?",
    request.scope.account,
    Number(request.scope.livemode),
    request.key,
  );
  if (!saved) return undefined;
  if (saved.fingerprint !== fingerprint(request)) throw idempotencyMismatch(request.key);
  return { status: Number(saved.status), body: String(saved.body), original: String(saved.request) };
}

export function saveResponse(
  simulator: Simulator,
  request: IdempotentRequest,
  cause: Cause,
  response: ApiResponse,
): void {
  if (!request.key) return;
  simulator.store.run(
    "INSERT INTO idempotency_keys (account, livemode, key, fingerprint, request, status, body, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    request.scope.account,
    Number(request.scope.livemode),
    request.key,
    fingerprint(request),
    cause.id,
    response.status,
    response.body,
    accountTime(simulator, request.scope.account),
  );
}

const fingerprint = ({ path, params }: IdempotentRequest) =>
  createHash("sha256")
    .update(JSON.stringify([path, sorted(params)]))
    .digest("hex");

/** The order of a form's fields does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
