import {
  CognitoIdentityProviderClient,
  InvalidParameterException,
} from "@aws-sdk/client-cognito-identity-provider";
import { configuration } from "../configuration.ts";
import { httpError, Unavailable } from "../errors.ts";
import { describeError, log } from "../log.ts";
import { inviteIntoPool } from "./user_pool.ts";

/** Two tries of at most 5 s each: Cognito answers when its mail is on its way, and API Gateway gives up after 30 s. */
const cognito = new CognitoIdentityProviderClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});

/**
 * Invites whoever cannot sign in yet; where another issuer knows the people, does nothing. Comes before a person is let
 * in: cut off in between, they can sign in and find nothing, and letting them in again does the rest.
 * @returns whether a mail was sent: not to somebody who can sign in already
 * @throws {HttpError} 409 for an address that Cognito does not take; {Unavailable}
 */
export async function invite(email: string): Promise<boolean> {
  const { userPoolId } = configuration;
  if (!userPoolId) return false;
  try {
    return await inviteIntoPool(cognito, userPoolId, email);
  } catch (error) {
    log.error("a person could not be invited", describeError(error));
    // A user name there has at most 128 characters (Amazon Cognito API reference, "AdminCreateUser").
    if (error instanceof InvalidParameterException) throw httpError("not_invited");
    throw new Unavailable("The invitation could not be sent, so nobody was invited. Try again in a moment.", {
      cause: error,
    });
  }
}
