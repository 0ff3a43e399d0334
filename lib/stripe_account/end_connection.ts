import { auditPut } from "../audit/audit.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { marketplaceKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { releaseUpdate } from "./connected_account.ts";

/** Who ended it: we did, and the account stays ours to connect again or is gone from us; or it was ended at Stripe. */
type End =
  | { by: "us"; actor: string; stays: boolean }
  | {
      by: "stripe";
    };

/**
 * Sets the Marketplace back to not connected, if it is connected to (or onboarding with) `account` still.
 * @returns whether it was.
 */
export async function endConnection(marketplace: Marketplace, account: string, end: End): Promise<boolean> {
  const { space, name } = marketplace;
  const stays = end.by === "us" && end.stays;
  const set = [
    // The next account that we make for the Vendor is a new one, and must not get this one's idempotency key.
    ...(stays ? ["onboarding_account = :account"] : ["onboarding_try = :next"]),
    ...(end.by === "stripe" ? ["disconnected_at_stripe = :now"] : []),
  ];
  const removed = ["stripe_account", "stripe_account_facts", ...(stays ? [] : ["onboarding_account"])];
  return await transact([
    {
      Update: {
        TableName: configuration.settingsTable,
        Key: marketplaceKey(marketplace),
        UpdateExpression: `SET ${set.join(", ")} REMOVE ${removed.join(", ")}`,
        ConditionExpression: "stripe_account = :account OR onboarding_account = :account",
        ExpressionAttributeValues: {
          ":account": account,
          ...(!stays && { ":next": (marketplace.onboarding_try ?? 0) + 1 }),
          ...(end.by === "stripe" && { ":now": iso(now()) }),
        },
      },
    },
    releaseUpdate(account, marketplace),
    auditPut(
      space,
      end.by === "us" ? end.actor : "Stripe",
      end.by === "us"
        ? `disconnected ${name} from ${account}`
        : `ended the connection of ${name} to ${account}`,
    ),
  ]);
}
