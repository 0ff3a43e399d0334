import { inviteIntoPool } from "../lib/session/user_pool.ts";
import type { Clients } from "./clients.ts";

/**
 * Invites the operators into the stage's own user pool, by email; whoever has signed in before is left alone.
 * @returns the addresses that were mailed
 */
export async function inviteOperators(
  { cognito }: Pick<Clients, "cognito">,
  userPoolId: string,
  emails: string[],
): Promise<string[]> {
  const mailed = await Promise.all(
    emails.map(async (email) => ((await inviteIntoPool(cognito, userPoolId, email)) ? [email] : [])),
  );
  return mailed.flat();
}
