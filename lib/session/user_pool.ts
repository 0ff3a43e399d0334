import {
  AdminCreateUserCommand,
  type CognitoIdentityProviderClient,
  UnsupportedUserStateException,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";

/**
 * Has Cognito mail an invitation into the user pool to whoever has never signed in there. Somebody whose invitation is
 * not used yet gets another one, since it is good for days only.
 * @returns whether a mail was sent: not to somebody who has a password of their own
 */
export async function inviteIntoPool(
  cognito: CognitoIdentityProviderClient,
  userPoolId: string,
  email: string,
): Promise<boolean> {
  const user = { UserPoolId: userPoolId, Username: email };
  return (await createUser(cognito, user)) || (await remindUser(cognito, user));
}

type User = { UserPoolId: string; Username: string };

/** @returns false where there is somebody of this address already. */
async function createUser(cognito: CognitoIdentityProviderClient, user: User): Promise<boolean> {
  try {
    await cognito.send(
      new AdminCreateUserCommand({
        ...user,
        UserAttributes: [
          { Name: "email", Value: user.Username },
          // Only who reads the mail learns the password in it. Nobody gets in by an address that is not verified.
          { Name: "email_verified", Value: "true" },
        ],
        DesiredDeliveryMediums: ["EMAIL"],
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof UsernameExistsException) return false;
    throw error;
  }
}

/** Sends the mail again, with a new password. @returns false where somebody has signed in, and needs none. */
async function remindUser(cognito: CognitoIdentityProviderClient, user: User): Promise<boolean> {
  try {
    await cognito.send(
      new AdminCreateUserCommand({ ...user, MessageAction: "RESEND", DesiredDeliveryMediums: ["EMAIL"] }),
    );
    return true;
  } catch (error) {
    if (error instanceof UnsupportedUserStateException) return false;
    throw error;
  }
}
