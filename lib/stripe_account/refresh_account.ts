import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type Stripe from "stripe";
import { now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { marketplaceKey } from "../dynamodb/keys.ts";
import { type AccountSnapshot, accountSnapshot } from "../marketplaces/account_snapshot.ts";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { isAccountGone } from "../utilities/stripe_errors.ts";
import { endConnection } from "./end_connection.ts";
import { saveConnection } from "./save_connection.ts";

/**
 * Asks Stripe how the Marketplace's account stands, and brings the Marketplace there: new facts; connected, where the
 * Vendor is through with the onboarding; not connected, where they removed us. Any number of times, in any order.
 * @throws what Stripe's SDK throws, but for an account that is gone.
 */
export async function refreshAccount(marketplace: Marketplace, stripe: Stripe): Promise<Marketplace> {
  const account = linkedAccount(marketplace);
  if (!account) return marketplace;
  const facts = await readFacts(account, stripe);
  if (facts) await applyFacts(marketplace, account, facts);
  else await endConnection(marketplace, account, { by: "stripe" });
  return await getMarketplace(marketplace);
}

/** Brings the Marketplace to what Stripe says of its linked account. */
export async function applyFacts(
  marketplace: Marketplace,
  account: string,
  facts: AccountSnapshot,
): Promise<void> {
  if (!marketplace.stripe_account && facts.details_submitted)
    await saveConnection(marketplace, account, facts, "Stripe's onboarding");
  else await saveFacts(marketplace, account, facts);
}

/** Undefined where the account is not connected to the platform, or is no more. */
export async function readFacts(account: string, stripe: Stripe): Promise<AccountSnapshot | undefined> {
  const readAt = now();
  try {
    return accountSnapshot(await stripe.accounts.retrieve(account), readAt);
  } catch (error) {
    if (isAccountGone(error)) return undefined;
    throw error;
  }
}

/** The account that the Marketplace is connected to, or in onboarding with; not one that is merely remembered from before. */
export const linkedAccount = ({
  stripe_account,
  onboarding_account,
  stripe_account_facts: facts,
}: Marketplace): string | undefined => stripe_account ?? (facts ? onboarding_account : undefined);

/** What was read earlier never takes the place of what was read later. */
export async function saveFacts(
  marketplace: Marketplace,
  account: string,
  facts: AccountSnapshot,
): Promise<void> {
  await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: marketplaceKey(marketplace),
        UpdateExpression: "SET stripe_account_facts = :facts",
        ConditionExpression:
          "(stripe_account = :account OR onboarding_account = :account) AND (attribute_not_exists(stripe_account_facts) OR stripe_account_facts.read_at < :read_at)",
        ExpressionAttributeValues: { ":account": account, ":facts": facts, ":read_at": facts.read_at },
      }),
    ),
  );
}
