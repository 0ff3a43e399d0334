import { modeOf } from "./api_token.ts";
import type { PlatformAccount } from "./check_api_token.ts";
import type { StripeUtility } from "./stripe_utility.ts";

/** What a person reads when their key was saved: whose it is, and what follows where that is somebody else's. */
export function keyNotice(before: StripeUtility, { account, name, livemode }: PlatformAccount): string {
  const works = `The key works: it is of ${name} (${account}), in ${modeOf(livemode)} mode.`;
  const { stripe_platform_account: former } = before;
  return former === undefined || former === account
    ? works
    : `${works} The key before was of ${former}: Vendors connected there, and Orders still open there, are not of this account.`;
}
