import * as v from "valibot";
import type { FinishedRequest } from "../state/simulator.ts";

/* What `stripe logs tail` is told, derived from stripe-cli 1.52 (github.com/stripe/stripe-cli, pkg/logtailing). */

const list = v.optional(v.array(v.string()));

/** The CLI's `--filter-…` options; it sends `4XX` as `400`. */
export type LogFilters = v.InferOutput<typeof LogFilters>;
const LogFilters = v.object({
  filter_account: list,
  filter_http_method: list,
  filter_ip_address: list,
  filter_request_path: list,
  filter_request_status: list,
  filter_source: list,
  filter_status_code: list,
  filter_status_code_type: list,
});

/** The session's `filters`, JSON. */
export const SessionFilters = v.pipe(v.string(), v.parseJson(), LogFilters);

/** Each filter lets through what has any of its values; all of them must. */
export function isTailed(request: FinishedRequest, filters: LogFilters): boolean {
  const { connect, method, path, status } = request;
  const has = (wanted: string[] | undefined, value: string): boolean =>
    !wanted?.length || wanted.some((each) => each.toLowerCase() === value.toLowerCase());
  return (
    has(filters.filter_account, connect ? "connect_out" : "self") &&
    has(filters.filter_http_method, method) &&
    has(filters.filter_request_path, path) &&
    has(filters.filter_request_status, status < 300 ? "SUCCEEDED" : "FAILED") &&
    has(filters.filter_source, "API") &&
    has(filters.filter_status_code, String(status)) &&
    has(filters.filter_status_code_type, `${Math.floor(status / 100)}00`) &&
    has(filters.filter_ip_address, "127.0.0.1")
  );
}

const text = v.optional(v.nullable(v.string()));
/** What the CLI prints below a request that failed; of Stripe's errors nothing else. */
const ErrorBody = v.object({
  error: v.object({ type: text, charge: text, code: text, decline_code: text, message: text, param: text }),
});

/** The message for the CLI. */
export function requestLogMessage({
  id,
  livemode,
  method,
  path,
  status,
  body,
  created,
}: FinishedRequest): string {
  const failure = status < 400 ? undefined : v.safeParse(v.pipe(v.string(), v.parseJson(), ErrorBody), body);
  return JSON.stringify({
    type: "request_log_event",
    request_log_id: `resp_${id}`,
    event_payload: JSON.stringify({
      created_at: created,
      livemode,
      method,
      request_id: id,
      status,
      url: path,
      error: failure?.success ? failure.output.error : {},
    }),
  });
}
