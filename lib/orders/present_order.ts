import * as v from "valibot";
import { Count, IsoTime, WholeAmount } from "../http/answer_fields.ts";
import { findOrder } from "./find_order.ts";
import { MOVEMENT_STATES, movementsOf } from "./movement.ts";
import { ORDER_STATUSES, type Order, OrderLine } from "./order.ts";
import { PROOF_STATES } from "./proof.ts";
import { SPLIT_STATUSES, splitOf } from "./split.ts";
import { timelineOf, withTried } from "./timeline_of.ts";
import { timelineTitle } from "./timeline_titles.ts";

const MoneyJson = v.pipe(
  v.object({
    currency: v.pipe(v.string(), v.description("The one that the Distributor's account is settled in.")),
    gross: v.pipe(WholeAmount, v.description("What the charge brought, before Stripe's fee.")),
    fee: v.pipe(WholeAmount, v.description("Stripe's fee for the charge.")),
    share: v.pipe(WholeAmount, v.description("The Vendor's share of the whole sale.")),
    refunded: v.pipe(WholeAmount, v.description("What went back to the buyer, in the Order's currency.")),
    disputed: v.pipe(WholeAmount, v.description("What the bank took back, in the Order's currency.")),
    target: v.pipe(WholeAmount, v.description("What the Vendor should hold.")),
    sent: v.pipe(WholeAmount, v.description("What the Vendor was sent.")),
    reversed: v.pipe(WholeAmount, v.description("What came back of that.")),
    net: v.pipe(WholeAmount, v.description("What the Vendor holds.")),
    owed: v.pipe(WholeAmount, v.description("What the Vendor holds too much, and nobody has written off.")),
    dispute_fees: v.pipe(WholeAmount, v.description("What Stripe charged for disputes: the Distributor's.")),
    written_off: v.pipe(WholeAmount, v.description("What the Vendor holds too much, and may keep.")),
  }),
  v.description("What the Order's money comes to."),
);

const SplitJson = v.pipe(
  v.object({
    status: v.picklist(SPLIT_STATUSES),
    reason: v.pipe(
      v.nullable(v.string()),
      v.description("Why it waits, or is on hold; by what Stripe refused, `stripe_refused:…`."),
    ),
    since: IsoTime,
    detail: v.pipe(v.string(), v.description("A sentence for people.")),
  }),
  v.description("Where the Vendor's share stands."),
);

/** An Order as programs see it. Amounts are integers in the currency's smallest unit, times ISO 8601. */
export type OrderJson = v.InferOutput<typeof OrderJson>;
export const OrderJson = v.object({
  id: v.string(),
  marketplace: v.string(),
  status: v.picklist(ORDER_STATUSES),
  version: v.pipe(Count, v.description("Grows with each change: of two, the greater is the newer.")),
  currency: v.pipe(v.string(), v.description("Three lowercase letters.")),
  amount_total: v.pipe(WholeAmount, v.description("What the buyer pays: products, delivery and taxes.")),
  product_total: v.pipe(WholeAmount, v.description("What the Vendor's share is reckoned from.")),
  delivery_amount: WholeAmount,
  tax_amount: WholeAmount,
  checkout_session: v.pipe(v.string(), v.description("`cs_…`")),
  payment_intent: v.pipe(v.nullable(v.string()), v.description("`pi_…`, once there is one.")),
  charge: v.pipe(v.nullable(v.string()), v.description("`ch_…` or `py_…`, once it is paid.")),
  vendor_account: v.pipe(
    v.nullable(v.string()),
    v.description("`acct_…` of the Vendor whom the buyer bought from."),
  ),
  placed_at: IsoTime,
  lines: v.pipe(
    v.nullable(v.array(OrderLine)),
    v.description("What was sold; null of an Order that was carried over."),
  ),
  buyer_email: v.pipe(
    v.nullable(v.string()),
    v.description(
      "The buyer's address, where the shop or Stripe knew it, and the buyer was not erased since.",
    ),
  ),
  buyer_erased_at: v.pipe(
    v.nullable(IsoTime),
    v.description("When the buyer was erased; null where they were not."),
  ),
  money: v.pipe(
    v.nullable(MoneyJson),
    v.description("What the Order's money comes to; null until Stripe reports its fee."),
  ),
  split: SplitJson,
  proof: v.pipe(
    v.nullable(
      v.object({
        state: v.picklist(PROOF_STATES),
        difference: v.pipe(
          v.number(),
          v.integer(),
          v.description(
            "By how much it does not come out, in the currency that it was settled in; may be negative.",
          ),
        ),
        detail: v.pipe(
          v.nullable(v.string()),
          v.description("What does not come out, or is on its way; a sentence for people."),
        ),
        at: IsoTime,
      }),
    ),
    v.description(
      "Whether it comes out to the cent by Stripe's balance transactions; null until somebody has looked.",
    ),
  ),
  movements: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(["transfer", "reversal", "refund"]),
        amount: WholeAmount,
        currency: v.string(),
        state: v.picklist(MOVEMENT_STATES),
        stripe: v.pipe(
          v.nullable(v.string()),
          v.description("What Stripe calls it: `tr_…`, `trr_…` or `re_…`."),
        ),
        because: v.string(),
        at: IsoTime,
      }),
    ),
    v.description(
      "Money that this service moved, oldest first: to the Vendor, back from the Vendor, back to the buyer.",
    ),
  ),
  timeline: v.pipe(
    v.array(v.object({ at: IsoTime, entry: v.string(), title: v.string(), detail: v.string() })),
    v.description("What happened, oldest first: `entry` is for programs, `title` and `detail` for people."),
  ),
});

export async function presentOrder(order: Order): Promise<OrderJson> {
  const [told, movements] = await Promise.all([timelineOf(order), order.movements ? movementsOf(order) : []]);
  const timeline = withTried(told, movements);
  // They are read one after the other: where the Order has moved in between, it is read again.
  const moved = timeline.findLast(({ entry }) => ORDER_STATUSES.some((status) => status === entry));
  const isCurrent = order.status === (moved?.entry ?? "open");
  const current = isCurrent ? order : ((await findOrder(order.marketplace, order.id)) ?? order);
  return {
    ...presentSale(current),
    money: presentMoney(current),
    split: presentSplit(current),
    proof: presentProof(current),
    movements: movements.map(({ kind, amount, currency, state, stripe, because, at }) => ({
      kind,
      amount,
      currency,
      state,
      stripe: stripe ?? null,
      because,
      at,
    })),
    timeline: timeline.map(({ at, entry, detail }) => ({ at, entry, title: timelineTitle(entry), detail })),
  };
}

const presentSale = (order: Order) => ({
  id: order.id,
  marketplace: order.marketplace,
  status: order.status,
  version: order.version ?? 0,
  currency: order.currency,
  amount_total: order.amount_total,
  product_total: order.product_total,
  delivery_amount: order.delivery_amount,
  tax_amount: order.tax_amount,
  checkout_session: order.checkout_session,
  payment_intent: order.payment_intent ?? null,
  charge: order.charge ?? null,
  vendor_account: order.vendor_account ?? null,
  placed_at: order.placed_at,
  lines: order.lines ?? null,
  buyer_email: order.buyer_email ?? null,
  buyer_erased_at: order.buyer_erased_at ?? null,
});

/**
 * What the Order's money comes to; null until Stripe's fee is known. In `currency`, which is the one that the
 * Distributor's account is settled in; `refunded` and `disputed` are in the Order's own.
 */
function presentMoney({ money, decisions }: Order): OrderJson["money"] {
  if (!money) return null;
  const { captured: _captured, others: _others, ...amounts } = money;
  return { ...amounts, written_off: decisions?.written_off ?? 0 };
}

/** Null where nothing was paid, or it was not proved yet. */
const presentProof = ({ proof }: Order): OrderJson["proof"] =>
  proof
    ? { state: proof.state, difference: proof.difference, detail: proof.detail ?? null, at: proof.at }
    : null;

function presentSplit(order: Order): OrderJson["split"] {
  const { status, reason = null, since, detail } = splitOf(order);
  return { status, reason, since, detail };
}
