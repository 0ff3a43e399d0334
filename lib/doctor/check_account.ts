import { fromSeconds, iso } from "../clock.ts";
import { connectionStatus, requirementsChannel } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Result } from "./finding.ts";

/** Whether the Vendor can be paid. */
export async function checkAccount(marketplace: Marketplace): Promise<Result> {
  const { stripe_account: account } = marketplace;
  const { status } = connectionStatus(marketplace);
  const toDo = whatIsToDo(marketplace);
  if (toDo) return { state: "bad", message: toDo };
  switch (status) {
    case "can_be_paid":
      return { state: "good", message: `${account} can be paid.` };
    case "connected":
      return {
        state: "unknown",
        message: `${account} is connected; Stripe has yet to say that it can be paid.`,
      };
    case "restricted":
      return {
        state: "bad",
        message: `Stripe restricts ${account}. ${wayOn(marketplace)}`,
      };
    case "rejected":
      return {
        state: "bad",
        message: `Stripe rejected ${account}. The Vendor can ask Stripe's support why.`,
      };
    case "onboarding":
      return {
        state: "bad",
        message: "The Vendor began at Stripe. Press `Connect to Stripe` to go on there.",
      };
    case "disconnected_at_stripe":
    case "not_connected":
      return { state: "bad", message: "None is connected. Press `Connect to Stripe`." };
  }
}

/** What Stripe wants of a connected account, by when, and how it gets that. */
function whatIsToDo(marketplace: Marketplace): string | undefined {
  const { requirements, deadline } = connectionStatus(marketplace);
  if (!requirementsChannel(marketplace) || requirements.length === 0) return undefined;
  const list = requirements.map(({ what, overdue }) => (overdue ? `${what} (overdue)` : what)).join(", ");
  const by = deadline ? ` by ${iso(fromSeconds(deadline)).slice(0, 10)}` : "";
  return `Stripe wants of ${marketplace.stripe_account}${by}: ${list}. ${wayOn(marketplace)}`;
}

const wayOn = (marketplace: Marketplace): string =>
  requirementsChannel(marketplace) === "account_link"
    ? "Press `Go on at Stripe` above."
    : "The Vendor can see to it in Stripe's dashboard.";
