import type { OrderStatus } from "./order.ts";

/** How an Order stands, within a sentence: `Order … is paid now`. */
export const STATUS_WORDS: Record<OrderStatus, string> = {
  open: "open",
  awaiting_payment: "awaiting payment",
  payment_failed: "marked as payment failed",
  expired: "expired",
  paid: "paid",
};

/** The same of one that nothing has moved: `already paid`. An Order begins as open. */
export const alreadyWords = (status: OrderStatus): string =>
  status === "open" ? "still open" : `already ${STATUS_WORDS[status]}`;
