import Stripe from "stripe";
import { auditPut } from "../audit/audit.ts";
import { now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { marketplaceKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { stripeRequestFailed } from "../errors.ts";
import { type AccountSnapshot, accountSnapshot } from "../marketplaces/account_snapshot.ts";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplacePath } from "../urls.ts";
import { claimUpdate } from "./connected_account.ts";
import { endConnection } from "./end_connection.ts";
import { readFacts, saveFacts } from "./refresh_account.ts";

/**
 * Sends the Vendor to Stripe's onboarding, with the one account that is made for the Marketplace.
 * @returns the address of an Account Link, which is good once, for some minutes (Stripe API, "Account Links").
 * @throws what Stripe's SDK throws
 */
export async function startOnboarding(marketplace: Marketplace, stripe: Stripe): Promise<string> {
  return await accountLink(await accountToOnboard(marketplace, stripe), marketplace, stripe);
}

/** The same page of Stripe's, for an account that we made already. */
export async function accountLink(
  account: string,
  marketplace: Marketplace,
  stripe: Stripe,
): Promise<string> {
  const base = `${configuration.baseUrl}${marketplacePath(marketplace)}/stripe_account`;
  const { url } = await stripe.accountLinks.create({
    account,
    type: "account_onboarding",
    return_url: `${base}/return`,
    refresh_url: `${base}/refresh`,
  });
  return url;
}

/** The account that is there, if it still is; else a new one. */
async function accountToOnboard(marketplace: Marketplace, stripe: Stripe): Promise<string> {
  const { onboarding_account: known } = marketplace;
  if (!known) return await makeAccount(marketplace, stripe);
  const facts = await readFacts(known, stripe);
  if (facts) {
    await saveFacts(marketplace, known, facts);
    return known;
  }
  // The Vendor removed us there, or it is an account of another platform, whose key was here before.
  await endConnection(marketplace, known, { by: "stripe" });
  return await makeAccount(await getMarketplace(marketplace), stripe);
}

async function makeAccount(marketplace: Marketplace, stripe: Stripe): Promise<string> {
  const account =
    (await findOrphanedAccount(marketplace, stripe)) ?? (await createAccount(marketplace, stripe));
  const facts = accountSnapshot(account, now());
  if (await saveOnboardingAccount(marketplace, account.id, facts)) return account.id;
  // Somebody pressed the button at the same time: their account it is, and by its idempotency key it is the same one.
  const { onboarding_account, stripe_account } = await getMarketplace(marketplace);
  if (onboarding_account) return onboarding_account;
  throw stripeRequestFailed(
    "changed_meanwhile",
    stripe_account
      ? `Somebody connected this Marketplace to ${stripe_account} meanwhile.`
      : "Somebody else was connecting this Marketplace. Try again.",
  );
}

/** Stripe keeps what it answered, be it an error of its own, by the key, for a day (Stripe docs, "Idempotent requests"). */
async function createAccount(marketplace: Marketplace, stripe: Stripe): Promise<Stripe.Account> {
  const { onboarding_try = 0 } = marketplace;
  try {
    return await stripe.accounts.create(
      {
        // What a Standard account is: the Vendor's own, with Stripe's dashboard, at Stripe's risk.
        controller: {
          fees: { payer: "account" },
          losses: { payments: "stripe" },
          requirement_collection: "stripe",
          stripe_dashboard: { type: "full" },
        },
        capabilities: { card_payments: { requested: true }, transfers: { requested: true } },
        metadata: metadataOf(marketplace),
      },
      { idempotencyKey: `connect-${marketplace.marketplace}-${onboarding_try}` },
    );
  } catch (error) {
    // It would answer this for a day. The next try has a key of its own, and looks first what became of this one.
    if (error instanceof Stripe.errors.StripeAPIError) await bumpAttempt(marketplace);
    throw error;
  }
}

const metadataOf = ({ space, marketplace }: Marketplace) => ({ space, marketplace });

/** An account that an earlier try made without hearing of it. */
async function findOrphanedAccount(
  marketplace: Marketplace,
  stripe: Stripe,
): Promise<Stripe.Account | undefined> {
  if (!marketplace.onboarding_try) return undefined;
  const day_s = 24 * 60 * 60;
  const recent = stripe.accounts.list({ limit: 100, created: { gte: toSeconds(now()) - day_s } });
  for await (const account of recent)
    if (account.metadata?.marketplace === marketplace.marketplace && !account.details_submitted)
      return account;
  return undefined;
}

async function saveOnboardingAccount(
  marketplace: Marketplace,
  account: string,
  facts: AccountSnapshot,
): Promise<boolean> {
  return await transact([
    {
      Update: {
        TableName: configuration.settingsTable,
        Key: marketplaceKey(marketplace),
        UpdateExpression:
          "SET onboarding_account = :account, stripe_account_facts = :facts REMOVE disconnected_at_stripe",
        ConditionExpression:
          "attribute_exists(pk) AND attribute_not_exists(stripe_account) AND attribute_not_exists(onboarding_account)",
        ExpressionAttributeValues: { ":account": account, ":facts": facts },
      },
    },
    claimUpdate(account, marketplace),
    auditPut(marketplace.space, "Stripe", `created the account ${account} for ${marketplace.name}`),
  ]);
}

async function bumpAttempt(marketplace: Marketplace): Promise<void> {
  const { onboarding_try: seen = 0 } = marketplace;
  await transact([
    {
      Update: {
        TableName: configuration.settingsTable,
        Key: marketplaceKey(marketplace),
        UpdateExpression: "SET onboarding_try = :next",
        ConditionExpression:
          "attribute_exists(pk) AND (attribute_not_exists(onboarding_try) OR onboarding_try = :seen)",
        ExpressionAttributeValues: {
          ":seen": seen,
          ":next": seen + 1,
        },
      },
    },
  ]);
}
