import { runCommand } from "../cli/run_command.ts";
import { UserError } from "../cli/user_error.ts";

/** What the AWS SDK and AWS call credentials that are over, and those that were never right. */
const EXPIRED = /^(?:Expired|TokenRefresh|SSOToken)/;
const INVALID =
  /^(?:InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|IncompleteSignature|AuthFailure)/;
const DENIED = /^AccessDenied/;
const UNREACHABLE = /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError)$/;

/** Runs a command of a release; what AWS answers that a person can mend is said in a sentence, too. */
export async function runRelease(command: () => Promise<void>): Promise<void> {
  await runCommand(async () => {
    try {
      await command();
    } catch (error) {
      throw explainAwsError(error);
    }
  });
}

/** An error of the AWS SDK as a {@link UserError}, where it is one of those. */
export function explainAwsError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  if (
    EXPIRED.test(error.name) ||
    (error.name === "CredentialsProviderError" && /expired/i.test(error.message))
  )
    return new UserError("The AWS credentials have expired: sign in again (aws sso login).");
  if (error.name === "CredentialsProviderError")
    return new UserError(
      "There are no AWS credentials here: sign in (aws sso login) and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    );
  if (INVALID.test(error.name))
    return new UserError(
      "AWS does not take the credentials: sign in again, and see that the account has this region enabled.",
    );
  if (DENIED.test(error.name))
    return new UserError(
      `AWS does not let you: ${error.message}. What a deploy needs is in aws/deployer.yml.`,
    );
  if (UNREACHABLE.test(code))
    return new UserError(
      `Nothing answers for AWS (${code}): is AWS_REGION a region of AWS, and is there a network?`,
    );
  return error;
}
