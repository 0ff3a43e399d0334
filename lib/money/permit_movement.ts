import type Stripe from "stripe";
import { now } from "../clock.ts";
import { accountSnapshot } from "../marketplaces/account_snapshot.ts";
import { findSeller } from "../marketplaces/find_seller.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import type { Movement } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";
import type { HoldReason } from "../orders/split.ts";
import type { Reckoning } from "../reckoning/reckon.ts";
import { isAccountGone } from "../utilities/stripe_errors.ts";
import { formatMoney } from "./format_money.ts";
import { newMovement } from "./new_movement.ts";
import { reversible, transferHold, type Vendor, vendorOf } from "./permit.ts";
import type { Plan } from "./plan.ts";

type Planned = { stripe: Stripe; order: Order; reckoning: Reckoning };

/**
 * The movement that is planned, as far as the Vendor's account lets it be made now; or what is in its way. Before a
 * transfer the account is asked for only where what is known of it speaks against it: a sale should cost few requests, and
 * what has changed since, Stripe's refusal tells.
 * @param takenBack what of the account's balance is to be taken as gone: where a preview has taken it in a step before
 */
export async function permitMovement(
  planned: Planned,
  next: Exclude<Plan, { do: "stand" }>,
  group: string | undefined,
  takenBack = 0,
): Promise<Movement | { hold: HoldReason }> {
  return next.do === "transfer"
    ? await permitTransfer(planned, next, group)
    : await permitReversal(planned, next, takenBack);
}

async function permitTransfer(
  { stripe, order, reckoning }: Planned,
  { amount, source }: Extract<Plan, { do: "transfer" }>,
  group: string | undefined,
): Promise<Movement | { hold: HoldReason }> {
  const destination = order.vendor_account;
  const vendor = await currentVendor(stripe, await findSeller(order), destination);
  const hold = transferHold(order, vendor);
  if (hold || !destination) return { hold: hold ?? "not_connected" };
  return {
    kind: "transfer",
    ...reckonedMovement(order, reckoning, amount),
    destination,
    ...(source ? { source } : { group: group ?? order.id }),
  };
}

async function permitReversal(
  { stripe, order, reckoning }: Planned,
  { amount, transfer }: Extract<Plan, { do: "reverse" }>,
  takenBack: number,
): Promise<Movement | { hold: HoldReason }> {
  const account = order.vendor_account ?? "";
  if (order.split?.reason === "account_gone" && (await findSeller(order))?.stripe_account !== account)
    return { hold: "account_gone" };
  const available = await availableOf(stripe, account, reckoning.currency);
  const now = reversible(amount, available === undefined ? undefined : available - takenBack);
  if (now === 0) return { hold: "vendor_balance" };
  return { kind: "reversal", ...reckonedMovement(order, reckoning, now), transfer };
}

async function currentVendor(
  stripe: Stripe,
  seller: Marketplace | undefined,
  account: string | undefined,
): Promise<Vendor> {
  const known = vendorOf(seller, account);
  if (!account || known.transfers === "active") return known;
  try {
    return { ...known, transfers: accountSnapshot(await stripe.accounts.retrieve(account), now()).transfers };
  } catch (error) {
    if (isAccountGone(error)) return { ...known, transfers: undefined };
    throw error;
  }
}

/** What the account has at hand; undefined where Stripe does not show us the account any more. */
async function availableOf(stripe: Stripe, account: string, currency: string): Promise<number | undefined> {
  try {
    const { available } = await stripe.balance.retrieve({}, { stripeAccount: account });
    return available.find((each) => each.currency === currency)?.amount ?? 0;
  } catch (error) {
    if (isAccountGone(error)) return undefined;
    throw error;
  }
}

/** It is shown whatever becomes of the movement, so it says how things stood, and not what was done. */
function reckonedMovement(order: Order, { currency, target, net }: Reckoning, amount: number) {
  const [held, due] = [formatMoney(net, currency), formatMoney(target, currency)];
  const because =
    net < target
      ? `The Vendor held ${held} of the ${due} due.`
      : `The Vendor held ${held}, of which ${due} was due.`;
  return newMovement(order, { amount, currency, because });
}
