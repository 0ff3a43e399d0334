import { expect, it } from "vitest";
import { UserError } from "../../cli/user_error.ts";
import { explainAwsError } from "../../release/run_release.ts";

const errorOf = (name: string, message = "", code?: string): Error =>
  Object.assign(new Error(message), { name }, code ? { code } : {});

it.each([
  [
    errorOf("CredentialsProviderError", "Could not load credentials from any providers"),
    "There are no AWS credentials",
  ],
  [
    errorOf("CredentialsProviderError", "The SSO session associated with this profile has expired"),
    "have expired",
  ],
  [errorOf("ExpiredToken"), "have expired"],
  [errorOf("ExpiredTokenException"), "have expired"],
  [errorOf("TokenRefreshRequired"), "have expired"],
  [errorOf("InvalidClientTokenId"), "does not take the credentials"],
  [errorOf("UnrecognizedClientException"), "does not take the credentials"],
  [errorOf("SignatureDoesNotMatch"), "does not take the credentials"],
  [
    errorOf("AccessDenied", "you may not"),
    "AWS does not let you: you may not. What a deploy needs is in aws/deployer.yml.",
  ],
  [errorOf("Error", "getaddrinfo", "ENOTFOUND"), "Nothing answers for AWS (ENOTFOUND)"],
])("says in a sentence what %s is", (error, sentence) => {
  expect(explainAwsError(error)).toBeInstanceOf(UserError);
  expect(explainAwsError(error)).toMatchObject({ message: expect.stringContaining(sentence) });
});

it("leaves alone what nobody can mend by a sentence, and what is one", () => {
  const unknown = errorOf("InternalFailure");
  const said = new UserError("said");
  expect([explainAwsError(unknown), explainAwsError(said), explainAwsError("text")]).toEqual([
    unknown,
    said,
    "text",
  ]);
});
