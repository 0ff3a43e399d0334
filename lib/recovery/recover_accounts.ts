import { isDeepStrictEqual } from "node:util";
import { now } from "../clock.ts";
import { isDynamoError } from "../errors.ts";
import { describeError, log } from "../log.ts";
import { type AccountSnapshot, accountSnapshot } from "../marketplaces/account_snapshot.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Findings } from "../spaces/recovery.ts";
import { applyFacts, linkedAccount, refreshAccount } from "../stripe_account/refresh_account.ts";
import { eachPage, type Pass } from "./pass.ts";

type Found = NonNullable<Findings["accounts"]>;

/**
 * Compares the Space's Marketplaces with Stripe's list of connected accounts: one list, and not a read for each. Events of those
 * accounts are not listed: after a Vendor has removed the platform they cannot be read, and before they cost a call an account.
 * What is not in the list is disconnected, and asked for by its id before that is believed.
 * @throws what Stripe's SDK throws
 */
export async function recoverAccounts(pass: Pass, found: Found): Promise<void> {
  const { space, platform, turn } = pass;
  // Before the list is read: who connects meanwhile may not be in it.
  const linked = (await listMarketplaces(space)).filter(linkedAccount);
  if (linked.length === 0) return;
  const wanted = new Set(linked.map(linkedAccount));
  const facts = new Map<string, AccountSnapshot>();
  let readAt = now();
  const isWhole = await eachPage(
    pass,
    (paging) => {
      readAt = now();
      return platform.stripe.accounts.list(paging);
    },
    (accounts) => {
      found.listed += accounts.length;
      for (const account of accounts)
        if (wanted.has(account.id)) facts.set(account.id, accountSnapshot(account, readAt));
    },
  );
  for (const marketplace of linked) {
    const account = linkedAccount(marketplace) ?? "";
    const listed = facts.get(account);
    await orLog(marketplace, async () => {
      if (listed) {
        await applyFacts(marketplace, account, listed);
        if (!isSame(marketplace.stripe_account_facts, listed)) found.changed += 1;
      } else if (isWhole) {
        await turn();
        const after = await refreshAccount(marketplace, platform.stripe);
        if (linkedAccount(after) !== account) found.disconnected += 1;
      }
    });
  }
}

/** But for when it was read. */
const isSame = (before: AccountSnapshot | undefined, after: AccountSnapshot): boolean =>
  before !== undefined && isDeepStrictEqual({ ...before, read_at: "" }, { ...after, read_at: "" });

/** Rows that do not answer are one Marketplace's trouble; Stripe's is that of all. */
async function orLog({ space, marketplace }: Marketplace, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isDynamoError(error)) throw error;
    log.warn("a Marketplace could not be recovered", { space, marketplace, ...describeError(error) });
  }
}
