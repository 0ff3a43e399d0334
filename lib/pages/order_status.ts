import type { Order, OrderStatus } from "../orders/order.ts";
import type { Split } from "../orders/split.ts";
import { html, type VNode } from "./html.ts";
import { Status, type Words } from "./status.ts";

export const ORDER_WORDS: Record<OrderStatus, Words> = {
  open: ["Checkout open", "soft"],
  awaiting_payment: ["Bank payment pending", "waiting"],
  payment_failed: ["Payment failed", "bad"],
  expired: ["Expired", "soft"],
  paid: ["Paid", "good"],
};

type OrderFacts = { order: Pick<Order, "status" | "money" | "open_dispute"> };

/** How an Order stands, and beside it whether it stayed paid: what is refunded or disputed remains `paid` for programs. */
export const OrderPills = ({ order }: OrderFacts): VNode =>
  html`<${Status} words=${ORDER_WORDS[order.status]} />${wentBack(order).map((words) => html` <${Status} words=${words} />`)}`;

/** What a bank has or asks for needs somebody until it has decided. */
export function wentBack({ money, open_dispute }: OrderFacts["order"]): Words[] {
  const { refunded = 0, disputed = 0, captured = 0 } = money ?? {};
  return [
    ...(open_dispute || disputed > 0 ? [["Disputed", open_dispute ? "bad" : "soft"] satisfies Words] : []),
    ...(refunded > 0 ? [[refunded < captured ? "Partly refunded" : "Refunded", "soft"] satisfies Words] : []),
  ];
}

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
