import { after } from "../clock.ts";
import type { Movement } from "../orders/movement.ts";
import type { Facts } from "../reckoning/facts.ts";
import type { Plan } from "./plan.ts";

const MINUTE_MS = 60_000;

/** Stripe forgets a key after 24 hours (Stripe API, "Idempotent requests"); an hour of that is for clocks and for us. */
const KEY_LASTS_MS = 23 * 60 * MINUTE_MS;

/** No request is on its way for so long: a try of ours takes seconds. */
const SILENCE_MS = 10 * MINUTE_MS;

/** What to do with a movement of which nobody knows whether it happened. */
export type Resolution =
  | { do: "adopt"; id: string }
  | { do: "send" }
  | { do: "wait"; until: Date }
  | { do: "abandon" };

/**
 * What Stripe has is adopted; what it has not is sent again, with the same key; and where that would be wrong, because
 * it is wanted no more, its key is too old, or Stripe would only repeat an error that it saved, it is given up after a
 * silence in which it would have shown. Pure.
 * @param facts that were read after the movement was last sent
 */
export function resolveMovement(movement: Movement, facts: Facts, next: Plan, at: Date): Resolution {
  const id = findAtStripe(movement, facts);
  if (id) return { do: "adopt", id };
  const isYoung = at.getTime() - Date.parse(movement.at) < KEY_LASTS_MS;
  const isSavedError = movement.code?.startsWith("http_") ?? false;
  if (isYoung && !isSavedError && isWanted(movement, next)) return { do: "send" };
  const until = after(new Date(movement.last_sent_at), SILENCE_MS);
  return at < until ? { do: "wait", until } : { do: "abandon" };
}

function findAtStripe({ kind, key }: Movement, { transfers, refunds }: Facts): string | undefined {
  switch (kind) {
    case "transfer":
      return transfers.find((transfer) => transfer.key === key)?.id;
    case "reversal":
      return transfers.flatMap(({ reversals }) => reversals).find((reversal) => reversal.key === key)?.id;
    case "refund":
      return refunds.find((refund) => refund.key === key)?.id;
  }
}

/** A refund is a person's wish, and stays one. */
function isWanted(movement: Movement, next: Plan): boolean {
  switch (movement.kind) {
    case "transfer":
      return next.do === "transfer" && next.amount === movement.amount && next.source === movement.source;
    case "reversal":
      return next.do === "reverse" && next.transfer === movement.transfer && movement.amount <= next.amount;
    case "refund":
      return true;
  }
}
