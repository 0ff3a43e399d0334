import type { OrderStatus } from "../orders/order.ts";
import type { Split } from "../orders/split.ts";
import type { Words } from "./status.ts";

export const ORDER_WORDS: Record<OrderStatus, Words> = {
  open: ["Not paid yet", "soft"],
  awaiting_payment: ["Awaiting payment", "waiting"],
  payment_failed: ["Payment failed", "bad"],
  expired: ["Expired", "soft"],
  paid: ["Paid", "good"],
};

export const SPLIT_WORDS: Record<Split["status"], Words> = {
  none: ["Not paid yet", "soft"],
  waiting: ["Waiting", "waiting"],
  under_way: ["Under way", "waiting"],
  done: ["Done", "good"],
  nothing_due: ["Nothing due", "soft"],
  on_hold: ["On hold", "bad"],
  by_hand: ["By hand", "waiting"],
};

const BAD = new Set([
  "payment_failed",
  "split_on_hold",
  "refund_failed",
  "dispute_opened",
  "dispute_lost",
  "payment_taken_back",
  "notification_failed",
]);
const GOOD = new Set(["paid", "split_completed", "share_sent_again", "dispute_won"]);

/** The tone of an entry of a timeline. */
export const entryTone = (entry: string): Words[1] =>
  BAD.has(entry) ? "bad" : GOOD.has(entry) ? "good" : "soft";
