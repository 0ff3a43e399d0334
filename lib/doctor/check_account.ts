import type { Marketplace } from "../marketplaces/marketplace.ts";
import { connectionOf } from "../stripe_account/connection_of.ts";
import type { Finding } from "./doctor.ts";

/** Whether the Vendor can be paid. */
export async function checkAccount(marketplace: Marketplace): Promise<Omit<Finding, "check">> {
  const { stripe_account: account } = marketplace;
  const { status } = connectionOf(marketplace);
  switch (status) {
    case "can_be_paid":
      return { state: "good", says: `${account} can be paid.` };
    case "connected":
      return {
        state: "unknown",
        says: `${account} is connected; Stripe has yet to say that it can be paid.`,
      };
    case "restricted":
      return {
        state: "bad",
        says: `Stripe restricts ${account}. The Vendor can see in Stripe's dashboard what it wants.`,
      };
    case "rejected":
      return { state: "bad", says: `Stripe rejected ${account}. The Vendor can ask Stripe's support why.` };
    case "onboarding":
      return { state: "bad", says: "The Vendor began at Stripe. Press `Connect to Stripe` to go on there." };
    case "disconnected_at_stripe":
    case "not_connected":
      return { state: "bad", says: "None is connected. Press `Connect to Stripe`." };
  }
}
