import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { UserError } from "../cli/user_error.ts";
import type { Clients } from "./clients.ts";

/** Whose credentials these are: the account that everything goes into, and the partition of AWS it is in (`aws`). */
export type Caller = { account: string; partition: string };

/**
 * Asks whose the credentials are. Anyone who has some may ask, so it is the first thing asked: it shows that there are
 * some, and that the region is one.
 */
export async function callerOf({ sts }: Clients): Promise<Caller> {
  const { Account: account, Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
  const [, partition] = Arn.split(":");
  if (!account || !partition)
    throw new UserError("AWS does not say whose account the credentials are of: try again.");
  return { account, partition };
}
