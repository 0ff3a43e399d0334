import Stripe from "stripe";
import * as v from "valibot";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { previewSplit, SplitPreview } from "../money/preview_split.ts";
import { countHeldOrders, MAX_HELD, soldFor, waitsForBalance } from "../money/wake_held_orders.ts";
import { movedBy } from "../orders/move_order.ts";
import type { Order } from "../orders/order.ts";
import { alreadyWords, STATUS_WORDS } from "../orders/status_words.ts";
import { linkedAccount } from "../stripe_account/refresh_account.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { readSession } from "./follow_checkout_session.ts";
import type { HandledEvent, HandlerContext } from "./handler.ts";
import { NonRetryableError } from "./outcome.ts";
import { handledEvent, otherMode, unhandled } from "./process_event.ts";
import { type HandledType, isHandled } from "./registry.ts";
import { type AboutPayment, orderOfPayment } from "./settle_order_of.ts";
import { isKnown, orderOfTransfer } from "./settle_transfer.ts";
import type { StoredEvent } from "./stored_event.ts";

/** What handling an event again would come to now. */
export type DryRun = v.InferOutput<typeof DryRun>;
export const DryRun = v.object({
  outcome: v.picklist(["succeeded", "ignored", "retrying", "dead"]),
  detail: v.pipe(v.string(), v.description("What would be done, in a sentence.")),
  marketplace: v.pipe(v.nullable(v.string()), v.description("Of the Order that it is about.")),
  order: v.pipe(v.nullable(v.string()), v.description("The Order that it is about.")),
  steps: SplitPreview.entries.steps,
  split: v.pipe(
    v.nullable(SplitPreview.entries.split),
    v.description("How that Order's split would stand then."),
  ),
});

type Preview = (event: HandledEvent, context: HandlerContext) => Promise<DryRun>;

/**
 * What handling the event would do now, by what Stripe says and the tables say, as its handler reads them. Nothing is written,
 * moved or sent. What Stripe would answer is taken to be yes.
 * @throws {StripeRequestFailed}
 */
export async function dryRun(event: StoredEvent): Promise<DryRun> {
  const { type } = event;
  if (!isHandled(type)) return words("ignored", `It would be ignored: ${unhandled(type)}.`);
  return await withStripeErrors(event.space, async () => {
    try {
      const { stripe, buyers, livemode } = await cachedPlatform(event.space);
      if (event.livemode !== livemode)
        return words("ignored", `It would be ignored: ${otherMode(event.livemode)}.`);
      return await PREVIEWS[type](handledEvent(type, event), { stripe, buyers });
    } catch (error) {
      if (error instanceof NonRetryableError) return words("dead", `It would be given up: ${error.message}.`);
      if (error instanceof Stripe.errors.StripeError && error.code === "resource_missing")
        return words(
          "retrying",
          `Stripe has no ${event.object} for this Space's key. It would be looked for again in an hour, and then let be.`,
        );
      throw error;
    }
  });
}

const words = (outcome: DryRun["outcome"], detail: string): DryRun => ({
  outcome,
  detail,
  marketplace: null,
  order: null,
  steps: [],
  split: null,
});

/** As `settleOrder` does. */
const ofMoney = async (order: Order): Promise<DryRun> =>
  await ofOrder(
    order,
    order.status === "paid"
      ? `The money of Order ${order.id} would be looked at.`
      : `Order ${order.id} is not paid, so there is no money of it to look at.`,
  );

/** An Order's money is looked at where it is paid. */
async function ofOrder(order: Order, detail: string): Promise<DryRun> {
  const facts = { ...words("succeeded", detail), marketplace: order.marketplace, order: order.id };
  return order.status === "paid" ? { ...facts, ...(await previewSplit(order)) } : facts;
}

const ofSession: Preview = async (event, context) => {
  if (event.account)
    return words(
      "ignored",
      "It would be ignored: Orders are paid to the platform, and this is a connected account's.",
    );
  const session = await readSession(context, event.data.object.id, event.space);
  if (!session)
    return words("ignored", "It would be ignored: this Checkout Session pays no Order of this Space.");
  const { order, state } = session;
  const moved = movedBy(order, state);
  return await ofOrder(
    moved ?? order,
    moved
      ? `Order ${order.id} would be ${STATUS_WORDS[state.status]}; it is ${STATUS_WORDS[order.status]} now.`
      : `Order ${order.id} is ${alreadyWords(order.status)}.`,
  );
};

const ofPayment =
  (read: (stripe: Stripe, id: string) => Promise<AboutPayment>): Preview =>
  async (event, { stripe }) => {
    const found = await orderOfPayment(event, (id) => read(stripe, id));
    if ("outcome" in found) return words("ignored", `It would be ignored: ${found.detail}.`);
    return await ofMoney(found);
  };
const ofCharge = ofPayment((stripe, id) => stripe.charges.retrieve(id));
const ofDispute = ofPayment((stripe, id) => stripe.disputes.retrieve(id));
const ofRefund = ofPayment((stripe, id) => stripe.refunds.retrieve(id));

const ofTransfer: Preview = async (event, { stripe }) => {
  const transfer = await stripe.transfers.retrieve(event.data.object.id);
  const order = await orderOfTransfer(transfer, event.space, stripe);
  if (!order) return words("ignored", "It would be ignored: a transfer for no Order of this Space.");
  if (await isKnown(transfer, order))
    return {
      ...words("succeeded", `Order ${order.id} knows of it, and nothing would be done.`),
      marketplace: order.marketplace,
      order: order.id,
    };
  return await ofMoney(order);
};

/** Stripe is asked how the account stands; what of it is another then, only the handler would find. */
const ofAccount: Preview = async ({ account, space, type }) => {
  if (!account) return words("ignored", "It would be ignored: it is of no connected account.");
  const using = (await listMarketplaces(space)).filter(
    (marketplace) => linkedAccount(marketplace) === account,
  );
  const names = using.map(({ name }) => name).join(", ");
  const asked = names
    ? `Stripe would be asked how ${account} stands, and what is kept of that for ${names} be brought up to date.`
    : `No Marketplace of this Space uses ${account}.`;
  if (type === "account.application.deauthorized") return words(names ? "succeeded" : "ignored", asked);
  const held = await countHeldOrders(space, soldFor(account));
  return words(names || held > 0 ? "succeeded" : "ignored", `${asked} ${heldWords(held)}`);
};

const ofBalance: Preview = async ({ account, space }) =>
  words("succeeded", heldWords(await countHeldOrders(space, waitsForBalance(account))));

const heldWords = (held: number): string => {
  const orders = held === 1 ? "1 Order" : `${held > MAX_HELD ? `More than ${MAX_HELD}` : held} Orders`;
  return `${orders} on hold would be looked at again.`;
};

/** By type, as the registry has its handlers. */
const PREVIEWS: Record<HandledType, Preview> = {
  "account.application.deauthorized": ofAccount,
  "account.updated": ofAccount,
  "balance.available": ofBalance,
  "capability.updated": ofAccount,
  "charge.dispute.closed": ofDispute,
  "charge.dispute.created": ofDispute,
  "charge.dispute.funds_reinstated": ofDispute,
  "charge.dispute.funds_withdrawn": ofDispute,
  "charge.dispute.updated": ofDispute,
  "charge.failed": ofCharge,
  "charge.refunded": ofCharge,
  "charge.updated": ofCharge,
  "checkout.session.async_payment_failed": ofSession,
  "checkout.session.async_payment_succeeded": ofSession,
  "checkout.session.completed": ofSession,
  "checkout.session.expired": ofSession,
  "refund.created": ofRefund,
  "refund.failed": ofRefund,
  "refund.updated": ofRefund,
  "transfer.created": ofTransfer,
  "transfer.reversed": ofTransfer,
};
