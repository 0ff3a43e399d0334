import { fromSeconds, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { timelineKey } from "../dynamodb/keys.ts";
import type { Order, TimelineEntry } from "../orders/order.ts";
import type { Fact } from "../outbox/channels_of.ts";
import type { Topic } from "../outbox/outbox_row.ts";
import {
  counts,
  type DisputeFacts,
  type Facts,
  type RefundFacts,
  type TransferFacts,
} from "../reckoning/facts.ts";
import { formatMoney } from "./format_money.ts";

/** What an Order's timeline tells of its money. */
export type MoneyEntry =
  | "split_completed"
  | "split_found_transfer"
  | "split_on_hold"
  | "share_sent_again"
  | "share_taken_back"
  | "refund_recorded"
  | "refund_failed"
  | "dispute_opened"
  | "dispute_won"
  | "dispute_lost"
  | "payment_taken_back"
  | "debt_written_off"
  | "split_decided";

/**
 * Caused by a fact at Stripe, or by what we did, and not by the event that told of it: of one refund four events tell,
 * or none.
 * @param created s since the epoch; absent where Stripe does not say when it was so
 * @param topic what others than we hear of; absent of what we tried or decided
 */
export type Told = {
  cause: string;
  entry: MoneyEntry;
  created?: number;
  detail: string;
  topic?: Topic | undefined;
};

/** Everything that the facts tell, the oldest of each kind first. Amounts that were settled are in `settlement`. */
export function toldBy({ currency }: Pick<Order, "currency">, facts: Facts, settlement: string): Told[] {
  const transfers = facts.transfers.toReversed();
  const ours = transfers.find(({ key }) => key !== undefined);
  const told: Told[] = [
    ...facts.refunds.flatMap((refund) => toldByRefund(refund, currency)),
    ...facts.disputes.flatMap((dispute) => toldByDispute(dispute, currency)),
    ...transfers.flatMap((transfer) => toldByTransfer(transfer, transfer === ours, settlement)),
    ...(facts.charge?.failed
      ? [
          {
            cause: facts.charge.id,
            entry: "payment_taken_back" as const,
            detail: "The buyer's bank took the payment back, after it had paid.",
          },
        ]
      : []),
  ];
  return told.map((each) => ({ ...each, topic: TOPICS[each.entry] }));
}

function toldByRefund(refund: RefundFacts, currency: string): Told[] {
  const { id: cause, created } = refund;
  const amount = formatMoney(refund.amount, currency);
  const recorded: Told = { cause, entry: "refund_recorded", created, detail: `${amount} for the buyer.` };
  if (counts(refund)) return [recorded];
  return [recorded, { cause, entry: "refund_failed", detail: `${amount} did not reach the buyer.` }];
}

function toldByDispute(dispute: DisputeFacts, currency: string): Told[] {
  const { id: cause, created, status } = dispute;
  const amount = formatMoney(dispute.amount, currency);
  const opened: Told = {
    cause,
    entry: "dispute_opened",
    created,
    detail: `The buyer's bank asks for ${amount}.`,
  };
  if (status === "won")
    return [opened, { cause, entry: "dispute_won", detail: `The bank leaves ${amount} with the seller.` }];
  if (status === "lost")
    return [opened, { cause, entry: "dispute_lost", detail: `The bank keeps what it took of ${amount}.` }];
  return [opened];
}

function toldByTransfer(transfer: TransferFacts, isFirstOfOurs: boolean, currency: string): Told[] {
  const { id: cause, key, created, destination } = transfer;
  const entry =
    key === undefined ? "split_found_transfer" : isFirstOfOurs ? "split_completed" : "share_sent_again";
  const sent: Told = {
    cause,
    entry,
    created,
    detail: `${formatMoney(transfer.amount, currency)} went to ${destination}.`,
  };
  const reversals = transfer.reversals.map(
    (reversal): Told => ({
      cause: reversal.id,
      entry: "share_taken_back",
      created: reversal.created,
      detail: `${formatMoney(reversal.amount, currency)} came back from ${destination}.`,
    }),
  );
  return [sent, ...reversals];
}

/** What others than we hear of. */
const TOPICS: Partial<Record<MoneyEntry, Topic>> = {
  split_completed: "order.split",
  split_found_transfer: "order.split",
  share_sent_again: "order.split",
  share_taken_back: "order.split",
  refund_recorded: "order.refunded",
  refund_failed: "order.refunded",
  dispute_opened: "order.disputed",
  dispute_won: "order.disputed",
  dispute_lost: "order.disputed",
  payment_taken_back: "order.disputed",
};

/** What is told to others of an entry that stands in the timeline so. */
export const factOf = (
  { cause, entry, topic, detail }: Told,
  row: TimelineEntry | undefined,
): Fact | undefined => topic && row && { fact: `${cause}#${entry}`, topic, at: row.at, detail };

export const timelineRow = ({ marketplace, id }: Order, { cause, entry, created, detail }: Told) => {
  const written_at = iso(now());
  const row: TimelineEntry = {
    at: created === undefined ? written_at : iso(fromSeconds(created)),
    entry,
    detail,
    written_at,
  };
  return {
    Put: {
      TableName: configuration.ordersTable,
      Item: { ...timelineKey(marketplace, id, cause, entry), ...row },
    },
  };
};
