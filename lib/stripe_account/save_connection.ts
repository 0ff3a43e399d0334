import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { marketplaceKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import type { AccountSnapshot } from "../marketplaces/account_snapshot.ts";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { wakeHeldOrders } from "../money/wake_held_orders.ts";
import { claimUpdate } from "./connected_account.ts";

/**
 * Connects the Marketplace to the account; connected to it already is as good. Where somebody connected it to another one
 * meanwhile, nothing changes. Other Marketplaces may use the account, too, also those of other Spaces.
 * @param what for the audit
 */
export async function saveConnection(
  marketplace: Marketplace,
  account: string,
  facts: AccountSnapshot | undefined,
  actor: string,
  what = `connected ${marketplace.name} to ${account}`,
): Promise<"connected" | "connected_to_another"> {
  const saved = await transact([
    {
      Update: {
        TableName: configuration.settingsTable,
        Key: marketplaceKey(marketplace),
        UpdateExpression: `SET stripe_account = :account${facts ? ", stripe_account_facts = :facts" : ""} REMOVE onboarding_account, disconnected_at_stripe${facts ? "" : ", stripe_account_facts"}`,
        ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(stripe_account)",
        ExpressionAttributeValues: { ":account": account, ...(facts && { ":facts": facts }) },
      },
    },
    claimUpdate(account, marketplace),
    auditPut(marketplace.space, actor, what),
  ]);
  if (saved) {
    await wakeHeldOrders(marketplace.space, ({ vendor_account, split }) =>
      vendor_account ? vendor_account === account : split?.reason === "not_connected",
    );
    return "connected";
  }
  const now = await getMarketplace(marketplace);
  if (now.stripe_account === account) return "connected";
  if (now.stripe_account) return "connected_to_another";
  throw new Error("a connection could not be saved, and nothing says why");
}
