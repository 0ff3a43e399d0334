import type { OrderStatus } from "../orders/order.ts";
import type { Words } from "./status.ts";

export const ORDER_WORDS: Record<OrderStatus, Words> = {
  open: ["Not paid yet", "soft"],
  awaiting_payment: ["Awaiting payment", "soft"],
  payment_failed: ["Payment failed", "bad"],
  expired: ["Expired", "soft"],
  paid: ["Paid", "good"],
};

/** What begins a timeline; the entries after it are statuses. */
const BEGINNINGS = new Map<string, Words>([
  ["placed", ["Placed", "soft"]],
  ["carried_over", ["Carried over", "soft"]],
]);

const STATUSES = new Map<string, Words>(Object.entries(ORDER_WORDS));

/** An entry of a timeline in words. */
export const entryWords = (entry: string): Words =>
  BEGINNINGS.get(entry) ?? STATUSES.get(entry) ?? [entry, "soft"];
