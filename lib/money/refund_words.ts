import type { Movement } from "../orders/movement.ts";
import { formatMoney } from "./format_money.ts";

/** What became of a refund, for who asked for it. */
export function refundWords({ state, amount, currency, code }: Movement): string {
  const money = formatMoney(amount, currency);
  switch (state) {
    case "done":
      return `${money} is on its way back to the buyer.`;
    case "refused":
      return `Stripe refused the refund of ${money}, and said ${code}.`;
    case "planned":
      return `Stripe was asked for the refund of ${money}, and has yet to answer. It is looked at again by itself.`;
    case "abandoned":
      return `The refund of ${money} never happened: no answer of Stripe's came, and Stripe does not have it.`;
  }
}
