import * as v from "valibot";
import { deauthorize } from "./authorizations.ts";
import { findOwnClientId } from "./client_ids.ts";
import { OAuthError, type OAuthHandler, textParam } from "./request.ts";

/** https://docs.stripe.com/connect/oauth-reference */

const DeauthorizeParams = v.object({ client_id: textParam, stripe_user_id: textParam });

/** `POST /oauth/deauthorize`: the platform disconnects an account. */
export const deauthorizeAccount: OAuthHandler = ({ params, caller, cause }, simulator) => {
  const { client_id, stripe_user_id } = v.parse(DeauthorizeParams, params);
  if (!client_id) return new OAuthError(400, "invalid_request", "No client_id provided");
  if (!stripe_user_id) return new OAuthError(400, "invalid_request", "No stripe_user_id provided");
  const client = findOwnClientId(simulator, caller, client_id);
  if (!client) return new OAuthError(401, "invalid_client", `No such application: '${client_id}'`);
  const scope = { account: stripe_user_id, livemode: client.livemode };
  if (!deauthorize(simulator, client.platform, scope, cause))
    return new OAuthError(
      401,
      "invalid_client",
      `This application is not connected to stripe account ${stripe_user_id}, or that account does not exist.`,
    );
  return { stripe_user_id };
};
