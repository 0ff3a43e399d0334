import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { Stop } from "../commands/stop.ts";
import type { Clients } from "./clients.ts";

/**
 * The account that the credentials are of, which is where everything goes. Anyone with credentials may ask, so it is
 * the first thing asked: it shows that there are some, and that the region is one.
 */
export async function accountOf({ sts }: Clients): Promise<string> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  if (!Account) throw new Stop("AWS does not say whose account the credentials are of: try again.");
  return Account;
}
