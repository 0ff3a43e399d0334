import * as v from "valibot";
import type { Simulator } from "../state/simulator.ts";

const MAX_LOGGED = 1_000;

const LoggedRequest = v.object({
  id: v.string(),
  account: v.string(),
  method: v.string(),
  path: v.string(),
  status: v.number(),
  idempotency_key: v.nullable(v.string()),
  created: v.number(),
});

type LoggedRequest = v.InferOutput<typeof LoggedRequest>;

export function logRequest({ store }: Simulator, request: LoggedRequest): void {
  store.run(
    "INSERT INTO requests (id, account, method, path, status, idempotency_key, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
    request.id,
    request.account,
    request.method,
    request.path,
    request.status,
    request.idempotency_key,
    request.created,
  );
  store.run(
    "DELETE FROM requests WHERE account = ? AND seq <= (SELECT seq FROM requests WHERE account = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)",
    request.account,
    request.account,
    MAX_LOGGED,
  );
}

/** Oldest first. @param path only requests to exactly this path */
export const loggedRequests = ({ store }: Simulator, account: string, path?: string): LoggedRequest[] =>
  store
    .all(
      "SELECT * FROM requests WHERE account = ? AND path = coalesce(?, path) ORDER BY seq",
      account,
      path ?? null,
    )
    .map((row) => v.parse(LoggedRequest, row));
