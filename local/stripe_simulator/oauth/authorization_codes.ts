import * as v from "valibot";
import { newId } from "../core/ids.ts";
import type { Simulator } from "../state/simulator.ts";

/** https://docs.stripe.com/connect/oauth-reference: a code is good for one exchange within five minutes. */
const LIFETIME_MS = 5 * 60 * 1000;

const AuthorizationCode = v.object({
  code: v.string(),
  client_id: v.string(),
  account: v.string(),
  scope: v.string(),
  expires_at_ms: v.number(),
  /** What the code was exchanged for; null until then. */
  access_token: v.nullable(v.string()),
});

type AuthorizationCode = v.InferOutput<typeof AuthorizationCode>;

export function newAuthorizationCode(
  { store }: Simulator,
  { client_id, account, scope }: Pick<AuthorizationCode, "client_id" | "account" | "scope">,
): string {
  const code = newId.authorizationCode();
  store.run(
    "INSERT INTO authorization_codes (code, client_id, account, scope, expires_at_ms) VALUES (?, ?, ?, ?, ?)",
    code,
    client_id,
    account,
    scope,
    Date.now() + LIFETIME_MS,
  );
  return code;
}

/** Codes are never deleted, so that a second use is recognized. */
export function findAuthorizationCode({ store }: Simulator, code: string): AuthorizationCode | undefined {
  const row = store.first("SELECT * FROM authorization_codes WHERE code = ?", code);
  return row && v.parse(AuthorizationCode, row);
}

export const markExchanged = ({ store }: Simulator, code: string, accessToken: string) =>
  store.run("UPDATE authorization_codes SET access_token = ? WHERE code = ?", accessToken, code);
