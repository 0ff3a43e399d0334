import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { httpError, ValidationError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { Amount } from "../orders/amount.ts";
import { findOpenMovement, type Movement, movementsOf, REFUND_REASONS } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { formatMoney } from "./format_money.ts";
import { newMovement } from "./new_movement.ts";
import { wakeAndLease } from "./order_lease.ts";
import { refundWords } from "./refund_words.ts";
import { assertRefundable } from "./refundable.ts";
import { settleLeased } from "./settle.ts";
import { type Next, type Run, sendNew } from "./settle_turn.ts";

const reason = v.optional(v.picklist(REFUND_REASONS, `must be one of ${REFUND_REASONS.join(", ")}`));
const more = v.minValue<number, 1, string>(1, "must be more than 0");
const typed = v.pipe(v.string("is missing"), v.regex(/^\d{1,15}$/, "must be a whole number"), v.toNumber());

/** What somebody asks for who refunds an Order, as JSON and as the form sends it. Amounts in the Order's currency. */
export const RefundRequest = fields({
  amount: v.pipe(Amount, more),
  product_amount: v.optional(
    v.pipe(
      Amount,
      v.description(
        "How much of it is for products: the Vendor gives back their share of that. Without it, a part in proportion.",
      ),
    ),
  ),
  reason,
});
export const RefundForm = fields({
  amount: v.pipe(typed, Amount, more),
  product_amount: v.optional(v.pipe(typed, Amount)),
  reason,
  request: v.pipe(v.string("is missing"), v.regex(/^[\w-]{1,100}$/, "is not of this form")),
});

/** @property request names it: asked again, it is the same refund */
export type Refund = v.InferOutput<typeof RefundRequest> & { request: string };

/**
 * Gives a buyer money back, and takes the Vendor's part of it from the Vendor. The refund is written down first, so that
 * it is made once, whatever is cut off or asked twice.
 * @returns the refund as it is written down: `done`, or `planned` where Stripe has yet to answer
 * @throws {ValidationError}; {HttpError} 409 `being_settled`, `not_refundable`, `refund_refused`; {StripeRequestFailed}
 */
export async function refundOrder(
  order: Order,
  wanted: Refund,
  actor: string,
): Promise<{ refund: Movement; isNew: boolean }> {
  const earlier = await findRefund(order, wanted);
  if (earlier) return { refund: assertMade(earlier), isNew: false };
  await withStripeErrors(order.space, async () => {
    const leased = await wakeAndLease(order);
    if (!leased) throw httpError("being_settled");
    await settleLeased(leased, { first: (run) => refund(run, wanted, actor) });
  });
  const made = await findRefund(order, wanted);
  if (!made) throw httpError("being_settled");
  return { refund: assertMade(made), isNew: true };
}

/** Who asked for what Stripe refused hears of it, however often they ask: another request is another refund. */
function assertMade(refund: Movement): Movement {
  if (refund.state === "refused" || refund.state === "abandoned")
    throw httpError("refund_refused", refundWords(refund));
  return refund;
}

/** @throws {ValidationError} where the same request asked for something else */
async function findRefund(
  order: Order,
  { request, amount, product_amount }: Refund,
): Promise<Movement | undefined> {
  const movements = await movementsOf(order);
  const earlier = movements.filter((each) => each.kind === "refund").find((each) => each.request === request);
  if (earlier && !(earlier.amount === amount && earlier.product_amount === product_amount))
    throw new ValidationError({ request: "was used for another refund of this Order" });
  return earlier;
}

async function refund(run: Run, wanted: Refund, actor: string): Promise<Next> {
  const { order } = run.leased;
  // Of two that ask at once, the second finds what the first has written.
  if (await findRefund(order, wanted)) return { is: "on", run };
  if (await findOpenMovement(order)) throw httpError("being_settled");
  const { id: charge } = assertRefundable(order, run.facts, wanted);
  const { amount, product_amount, reason, request } = wanted;
  const movement: Movement = {
    kind: "refund",
    ...newMovement(order, { amount, currency: order.currency, because: `${actor} asked for it.` }),
    charge,
    actor,
    request,
    ...(product_amount !== undefined && { product_amount }),
    ...(reason && { reason }),
  };
  const what = `asked Stripe to refund ${formatMoney(amount, order.currency)} of Order ${order.id}`;
  return await sendNew(run, movement, [auditPut(order.space, actor, what)]);
}
