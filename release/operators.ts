import { AdminCreateUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { Clients } from "./clients.ts";

/**
 * Invites the operators into the stage's own user pool, by email; whoever is there already is left alone.
 * @returns the addresses that were invited
 */
export async function inviteOperators(
  { cognito }: Clients,
  userPool: string,
  emails: string[],
): Promise<string[]> {
  const invited = await Promise.all(
    emails.map(async (email) => {
      try {
        await cognito.send(
          new AdminCreateUserCommand({
            UserPoolId: userPool,
            Username: email,
            UserAttributes: [
              { Name: "email", Value: email },
              { Name: "email_verified", Value: "true" },
            ],
            DesiredDeliveryMediums: ["EMAIL"],
          }),
        );
        return [email];
      } catch (error) {
        if (error instanceof Error && error.name === "UsernameExistsException") return [];
        throw error;
      }
    }),
  );
  return invited.flat();
}
