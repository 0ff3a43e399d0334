import type { Order } from "../orders/order.ts";
import type { Split } from "../orders/split.ts";
import type { Reckoning } from "../reckoning/reckon.ts";
import { formatMoney } from "./format_money.ts";

/** Sentences that say how a split stands, and what ends it. Amounts are in the settlement currency. */
export function splitDetail(
  { status, reason }: Pick<Split, "status" | "reason">,
  order: Order,
  reckoning: Reckoning | undefined,
  mismatch: string | undefined,
): string {
  const amount = (of: number) => formatMoney(of, reckoning?.currency ?? order.currency);
  const account = order.vendor_account ?? "the Vendor's account";
  switch (status) {
    case "none":
      return "The Order is not paid.";
    case "under_way":
      return "Stripe was asked, and has yet to answer.";
    case "nothing_due":
      return "There is nothing for the Vendor in this Order.";
    case "done":
      return reckoning && reckoning.net > reckoning.target
        ? `${amount(reckoning.net - reckoning.target)} was written off: the Vendor keeps ${amount(reckoning.net)}.`
        : `The Vendor holds ${amount(reckoning?.net ?? 0)}, as they should.`;
    case "by_hand":
      return "It was paid before shares were sent from here, so nothing moves by itself. A member can send the share.";
    case "waiting":
      return reason === "dispute_open"
        ? "The buyer's bank has the money, and has yet to decide."
        : "Stripe does not know its fee yet.";
    case "on_hold":
      return holdDetail(reason ?? "", { amount, account, reckoning, mismatch });
  }
}

function holdDetail(
  reason: string,
  {
    amount,
    account,
    reckoning,
    mismatch,
  }: {
    amount: (of: number) => string;
    account: string;
    reckoning: Reckoning | undefined;
    mismatch: string | undefined;
  },
): string {
  const short = amount(reckoning?.short ?? 0);
  const owed = amount(reckoning?.owed ?? 0);
  const words: Record<string, string> = {
    fee_late: "Stripe does not know its fee after two hours. It is asked once an hour.",
    not_connected: "The Marketplace is not connected to Stripe. Connect it again, and the share is sent.",
    transfers_inactive: `Stripe does not let ${account} receive transfers. Its Vendor sees at Stripe what is wanted.`,
    key_missing: "The Space has no Stripe key of this Order's mode. A member can save one.",
    key_refused: "Stripe refuses the Space's key. A member can save another.",
    key_restricted:
      "The Space's key may not do this. It needs the permissions that the page of the Stripe Utility names.",
    platform_balance: `The Distributor's balance at Stripe is too low to send ${short}. It is tried again as money comes.`,
    vendor_balance: `The Vendor owes ${owed} but has less than that at Stripe. It will be taken from what they sell next; a member can write it off.`,
    account_changed: `This was sold for ${account}, and the Marketplace is connected to another account now. A member can pay the account of the sale.`,
    account_gone: `Stripe does not show us ${account} any more. Its Vendor can connect it again; a member can write off what the Vendor owes.`,
    amount_mismatch: `What was paid does not fit this Order: ${mismatch ?? "look at Stripe"}. Nothing is moved.`,
    charge_missing: "Stripe shows no payment for this Order. Nothing is moved.",
    overpaid_by_hand: `Somebody sent money for this Order by hand, and it is too much, or went to another account. A member can take ${owed} back, or leave it.`,
    taken_back_by_hand: `Somebody took money of this Order back from the Vendor by hand. A member can send ${short} again, or leave it.`,
  };
  return words[reason] ?? `Stripe refused, and said ${reason.replace(/^stripe_refused:/, "")}.`;
}
