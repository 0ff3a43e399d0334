import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { Stop } from "../commands/stop.ts";
import type { Clients } from "./clients.ts";

/** What the AWS SDK and AWS call credentials that are over, and those that were never right. */
const EXPIRED = /^(?:Expired|TokenRefresh|SSOToken)|expired/i;
const INVALID =
  /^(?:InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|IncompleteSignature|AuthFailure)/;
const UNREACHABLE = /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError)$/;

/**
 * The account that the credentials are of, which is where everything goes.
 * @throws {Stop} where they are missing, over or wrong, or the region is none.
 */
export async function accountOf({ sts, region }: Clients): Promise<string> {
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    if (Account) return Account;
  } catch (error) {
    throw inWords(error, region);
  }
  throw new Stop("AWS does not say whose account the credentials are of: try again.");
}

function inWords(error: unknown, region: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  if (error.name === "CredentialsProviderError" && !EXPIRED.test(error.message))
    return new Stop(
      "There are no AWS credentials here: sign in (aws sso login) and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    );
  if (EXPIRED.test(error.name) || error.name === "CredentialsProviderError")
    return new Stop("The AWS credentials have expired: sign in again (aws sso login).");
  if (INVALID.test(error.name))
    return new Stop(
      `AWS does not take the credentials in ${region}: sign in again, and see that the account has this region enabled.`,
    );
  if (UNREACHABLE.test(code))
    return new Stop(
      `Nothing answers for AWS in ${region} (${code}): is that a region of AWS, and is there a network?`,
    );
  return error;
}
