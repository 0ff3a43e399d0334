import type Stripe from "stripe";
import type { Booking } from "../ledger/keep_bookings.ts";
import type { Order } from "../orders/order.ts";
import type { ChargeFacts, DisputeFacts, Facts, RefundFacts, TransferFacts } from "../reckoning/facts.ts";
import { bookingsOf, type WholeTransfer } from "./bookings.ts";

/** What Stripe says of an Order's money, and the balance transactions that it names. */
export type Read = { facts: Facts; bookings: Booking[] };

/** What a payment intent tells of its money in one request. Deeper than four levels Stripe does not go. */
export const INTENT_EXPAND = [
  "latest_charge.balance_transaction",
  "latest_charge.failure_balance_transaction",
  "latest_charge.refunds",
] as const;

/** What lists tell along of the balance transactions. Where they do not, a new one is asked for by its id. */
const REFUND_EXPAND = ["data.balance_transaction", "data.failure_balance_transaction"];
const TRANSFER_EXPAND = ["data.balance_transaction", "data.reversals.data.balance_transaction"];

/** The most that Stripe lists at once, and more than any Order will have, against a list without end. */
const PAGE = 100;
const MOST = 10_000;

/** What Stripe lists first within an object; whatever is beyond is asked for. */
type Inline<Item> = { data: Item[]; has_more: boolean };

/**
 * What Stripe says of an Order's money now; a plain sale takes two requests. From Stripe's lists, never from its search,
 * which lags (Stripe docs, "Search: Data freshness").
 * @param read the Order's payment intent with {@link INTENT_EXPAND}, where the caller has just read it
 */
export async function readFacts(
  stripe: Stripe,
  order: Order,
  read: Stripe.PaymentIntent | undefined,
): Promise<Read> {
  const intent = read ?? (await readIntent(stripe, order));
  const paid = intent?.latest_charge;
  // An id alone is a charge that was not expanded, and any other than the latest is a try that failed.
  if (!intent || !paid || typeof paid === "string" || !wasPaid(paid)) return NOTHING;
  const charge = chargeFacts(paid, intent, order);
  const [refunds, disputes, transfers] = await Promise.all([
    allOf(paid.refunds, () => stripe.refunds.list({ charge: paid.id, limit: PAGE, expand: REFUND_EXPAND })),
    paid.disputed ? everything(stripe.disputes.list({ charge: paid.id, limit: PAGE })) : [],
    listTransfers(stripe, order, paid),
  ]);
  const wholeTransfers = await Promise.all(transfers.map((transfer) => wholeTransfer(stripe, transfer)));
  const facts: Facts = {
    charge,
    refunds: refunds.map(refundFacts),
    disputes: disputes.map(disputeFacts),
    transfers: wholeTransfers.map(transferFacts),
  };
  const namedRefunds = refunds.map((refund, index) => ({
    refund,
    product_amount: facts.refunds[index]?.product_amount,
  }));
  return { facts, bookings: bookingsOf(paid, namedRefunds, disputes, wholeTransfers) };
}

const NOTHING: Read = {
  facts: { charge: undefined, refunds: [], disputes: [], transfers: [] },
  bookings: [],
};

/** An Order that was paid before its intent was known names only its session. */
async function readIntent(
  stripe: Stripe,
  { payment_intent, checkout_session }: Order,
): Promise<Stripe.PaymentIntent | undefined> {
  if (payment_intent)
    return await stripe.paymentIntents.retrieve(payment_intent, {
      expand: [...INTENT_EXPAND, ...REFUND_EXPAND.map((path) => `latest_charge.refunds.${path}`)],
    });
  const session = await stripe.checkout.sessions.retrieve(checkout_session, {
    expand: INTENT_EXPAND.map((path) => `payment_intent.${path}`),
  });
  return typeof session.payment_intent === "object" ? (session.payment_intent ?? undefined) : undefined;
}

const wasPaid = ({ status, failure_balance_transaction }: Stripe.Charge): boolean =>
  status === "succeeded" || failure_balance_transaction !== null;

function chargeFacts(charge: Stripe.Charge, intent: Stripe.PaymentIntent, order: Order): ChargeFacts {
  const failed = charge.failure_balance_transaction !== null;
  const captured = failed ? charge.amount : charge.amount_captured;
  const balance = charge.balance_transaction;
  return {
    id: charge.id,
    mismatch: mismatchOf(charge, captured, order),
    captured,
    settled:
      typeof balance === "object" && balance
        ? { currency: balance.currency, gross: balance.amount, fee: balance.fee }
        : undefined,
    failed,
    transfer_group: charge.transfer_group ?? intent.transfer_group ?? order.transfer_group,
  };
}

function mismatchOf(charge: Stripe.Charge, captured: number, order: Order): string | undefined {
  if (charge.livemode !== order.livemode) return "it is of the other mode";
  if (charge.currency !== order.currency) return `its currency is ${charge.currency}, not ${order.currency}`;
  if (captured !== order.amount_total) return `its amount is ${captured}, not ${order.amount_total}`;
  return undefined;
}

/**
 * A charge without a group gets one from the first transfer that names it, so until then they are looked for by where
 * they go.
 */
async function listTransfers(
  stripe: Stripe,
  order: Order,
  charge: Stripe.Charge,
): Promise<Stripe.Transfer[]> {
  const transfer_group = charge.transfer_group ?? order.transfer_group;
  const list = (by: Stripe.TransferListParams) =>
    everything(stripe.transfers.list({ ...by, limit: PAGE, expand: TRANSFER_EXPAND }));
  if (transfer_group) return await list({ transfer_group });
  if (!order.vendor_account || !order.movements) return [];
  const sent = await list({ destination: order.vendor_account, created: { gte: charge.created } });
  return sent.filter(({ source_transaction }) => idOf(source_transaction) === charge.id);
}

const refundFacts = ({ id, amount, status, metadata, created }: Stripe.Refund): RefundFacts => ({
  id,
  amount,
  status: statusOfRefund(status),
  product_amount: productAmount(metadata?.product_amount, amount),
  key: metadata?.money,
  created,
});

/** What Stripe may add one day counts as a refund on its way. */
function statusOfRefund(status: string | null): RefundFacts["status"] {
  switch (status) {
    case "succeeded":
    case "failed":
    case "canceled":
    case "requires_action":
      return status;
    default:
      return "pending";
  }
}

/** Anybody may write metadata: what is no amount of this refund says nothing. */
function productAmount(text: string | undefined, amount: number): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  const products = Number(text);
  return products <= amount ? products : undefined;
}

/** Stripe takes a fee with the withdrawal, and may give it back with the reinstatement. */
function disputeFacts(dispute: Stripe.Dispute): DisputeFacts {
  const { id, amount, status, balance_transactions, evidence_details, created } = dispute;
  const amounts = balance_transactions.map((transaction) => transaction.amount);
  return {
    id,
    amount,
    status,
    withdrawn: -total(amounts.filter((each) => each < 0)),
    reinstated: total(amounts.filter((each) => each > 0)),
    fees: total(balance_transactions.map(({ fee }) => fee)),
    evidence_due_by: evidence_details.due_by ?? undefined,
    created,
  };
}

async function wholeTransfer(stripe: Stripe, transfer: Stripe.Transfer): Promise<WholeTransfer> {
  const list = () =>
    stripe.transfers.listReversals(transfer.id, { limit: PAGE, expand: ["data.balance_transaction"] });
  return { transfer, reversals: transfer.amount_reversed > 0 ? await allOf(transfer.reversals, list) : [] };
}

const transferFacts = ({ transfer, reversals }: WholeTransfer): TransferFacts => ({
  id: transfer.id,
  destination: idOf(transfer.destination) ?? "",
  amount: transfer.amount,
  reversed: transfer.amount_reversed,
  source: idOf(transfer.source_transaction),
  key: transfer.metadata.money,
  created: transfer.created,
  reversals: reversals.map(reversalFacts),
});

const reversalFacts = ({ id, amount, metadata, created }: Stripe.TransferReversal) => ({
  id,
  amount,
  key: metadata?.money,
  created,
});

const idOf = (object: string | { id: string } | null): string | undefined =>
  typeof object === "string" ? object : object?.id;

const total = (amounts: number[]): number => amounts.reduce((all, amount) => all + amount, 0);

/** What came inside the object where that is all of it, and else the whole list. */
const allOf = async <Item>(
  inline: Inline<Item> | null | undefined,
  list: () => Stripe.ApiListPromise<Item>,
): Promise<Item[]> => (inline && !inline.has_more ? inline.data : await everything(list()));

const everything = async <Item>(list: Stripe.ApiListPromise<Item>): Promise<Item[]> =>
  await list.autoPagingToArray({ limit: MOST });
