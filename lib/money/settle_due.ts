import Stripe from "stripe";
import * as v from "valibot";
import { workByGroup } from "../async/work_by_group.ts";
import { configuration } from "../configuration.ts";
import { dueRows, overdueSeconds } from "../dynamodb/due_index.ts";
import { ORDER_PREFIX } from "../dynamodb/keys.ts";
import { describeError, log } from "../log.ts";
import { leaseIfDue } from "./order_lease.ts";
import { settleLeased } from "./settle.ts";

/** A row of the `due` index: which Order, of which Marketplace and Space, and since when it is due (ISO 8601). */
type Due = v.InferOutput<typeof Due>;
const Due = v.object({ pk: v.string(), sk: v.string(), space: v.string(), due_at: v.string() });

/** Settles the Orders that are due, each Space's oldest first, until all are or `until` has come; returns how many. */
export async function settleDue(until: Date): Promise<number> {
  const due = await dueRows(configuration.ordersTable, Due, until);
  let orders = 0;
  await workByGroup(
    due,
    ({ space }) => space,
    until,
    async (each) => {
      const outcome = await settleOne(each);
      if (outcome !== "skipped") orders += 1;
      return outcome === "rate_limited" ? "stop" : "go on";
    },
  );
  log.info("looked for Orders that are due", { orders }, { OldestDueOrderSeconds: overdueSeconds(due) });
  return orders;
}

/** One Order's trouble is its own: it is due again in a minute. */
async function settleOne({ pk, sk, due_at }: Due): Promise<"settled" | "skipped" | "rate_limited"> {
  const place = { marketplace: pk, id: sk.slice(ORDER_PREFIX.length) };
  try {
    const leased = await leaseIfDue(place, due_at);
    if (!leased) return "skipped";
    await settleLeased(leased);
    return "settled";
  } catch (error) {
    if (error instanceof Stripe.errors.StripeRateLimitError) return "rate_limited";
    log.warn("an Order could not be settled", { order: place.id, ...describeError(error) });
    return "settled";
  }
}
