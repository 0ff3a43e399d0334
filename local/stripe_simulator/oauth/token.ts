import * as v from "valibot";
import { newId } from "../core/ids.ts";
import { findAccount } from "../state/accounts.ts";
import { isActiveToken } from "../state/connections.ts";
import { findAuthorizationCode, markExchanged } from "./authorization_codes.ts";
import { authorize, deauthorize } from "./authorizations.ts";
import { findOwnClientId } from "./client_ids.ts";
import { OAuthError, type OAuthHandler, textParam } from "./request.ts";

/** https://docs.stripe.com/connect/oauth-reference */

const TokenParams = v.object({ grant_type: textParam, code: textParam });

/** `POST /oauth/token`. The only grant type supported is `authorization_code`: refresh tokens cannot be exchanged. */
export const exchangeCode: OAuthHandler = ({ params, caller, cause }, simulator) => {
  const { grant_type, code } = v.parse(TokenParams, params);
  if (!grant_type) return new OAuthError(400, "invalid_request", "No grant type specified");
  if (grant_type !== "authorization_code")
    return new OAuthError(400, "unsupported_grant_type", `Unsupported grant type: ${grant_type}`);
  if (!code) return new OAuthError(400, "invalid_request", "No authorization code provided");

  const refused = (why: string) => new OAuthError(400, "invalid_grant", why);
  const authorization = findAuthorizationCode(simulator, code);
  if (!authorization) return refused(`Authorization code does not exist: ${code}`);
  const client = findOwnClientId(simulator, caller, authorization.client_id);
  if (!client) return refused("Authorization code provided does not belong to you");
  const scope = { account: authorization.account, livemode: client.livemode };
  if (authorization.access_token) {
    if (isActiveToken(simulator, authorization.access_token))
      deauthorize(simulator, client.platform, scope, cause);
    return refused(
      "This authorization code has already been used. All tokens issued with this code have been revoked.",
    );
  }
  if (!findAccount(simulator, authorization.account))
    return refused(`Authorization code does not exist: ${code}`);
  if (authorization.expires_at_ms <= Date.now()) return refused(`Authorization code expired: ${code}`);

  const accessToken = newId.secretKey(client.livemode);
  markExchanged(simulator, code, accessToken);
  authorize(simulator, client.platform, scope, { accessToken, cause });
  return {
    access_token: accessToken,
    livemode: client.livemode,
    refresh_token: newId.refreshToken(),
    token_type: "bearer",
    stripe_publishable_key: newId.publishableKey(client.livemode),
    stripe_user_id: authorization.account,
    scope: authorization.scope,
  };
};
