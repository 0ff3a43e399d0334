import * as v from "valibot";
import { now, toSeconds } from "../clock.ts";
import { findOpenMovement } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";
import { type HoldReason, SPLIT_STATUSES, type Split, splitOf } from "../orders/split.ts";
import { type Facts, withMovement } from "../reckoning/facts.ts";
import { reckon, sum } from "../reckoning/reckon.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { permitMovement } from "./permit_movement.ts";
import { plan } from "./plan.ts";
import { readFacts } from "./read_facts.ts";
import { holdFor, withVendor } from "./settle.ts";
import { splitDetail } from "./split_words.ts";

/** An Order takes one or two; more than a run of settle would do are not looked for. */
const MAX_STEPS = 12;

export type SplitPreview = v.InferOutput<typeof SplitPreview>;
export const SplitPreview = v.object({
  steps: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(["transfer", "reversal"]),
        amount: v.pipe(v.number(), v.integer()),
        currency: v.string(),
        account: v.pipe(v.nullable(v.string()), v.description("The Vendor's, `acct_…`.")),
        because: v.string(),
      }),
    ),
    v.description("What would be moved, in this order; nothing where all is as it should be."),
  ),
  split: v.pipe(
    v.object({
      status: v.picklist(SPLIT_STATUSES),
      reason: v.nullable(v.string()),
      detail: v.string(),
    }),
    v.description("How the split would stand then."),
  ),
});

/**
 * What a look at an Order's money would do now, by what Stripe says, the tables say, and the same plan: nothing is moved, and
 * nothing is written. What Stripe would answer is taken to be yes.
 * @throws {StripeRequestFailed}
 */
export async function previewSplit(order: Order): Promise<SplitPreview> {
  return await withStripeErrors(order.space, async () => {
    try {
      return await preview(await withVendor({ ...order, split: splitOf(order) }));
    } catch (error) {
      const reason = holdFor(error, order.space);
      if (reason) return { steps: [], split: heldBack(order, reason) };
      throw error;
    }
  });
}

async function preview(order: Order): Promise<SplitPreview> {
  const { stripe, livemode } = await cachedPlatform(order.space);
  if (livemode !== order.livemode) return { steps: [], split: heldBack(order, "key_missing") };
  // What became of a movement that is under way is asked before anything else is done.
  if (await findOpenMovement(order)) return { steps: [], split: standing(order, { status: "under_way" }) };
  let { facts } = await readFacts(stripe, order, undefined);
  const steps: SplitPreview["steps"] = [];
  for (;;) {
    const reckoning = facts.charge && reckon(order, facts.charge, facts);
    const next = plan(order, facts, reckoning, now());
    if (next.do === "stand" || !reckoning)
      return { steps, split: standing(order, next.do === "stand" ? next : { status: "under_way" }, facts) };
    // The account is asked for what it has at hand each time, and has what was taken back in the steps before.
    const wanted = { ...next, amount: next.amount + (next.do === "reverse" ? takenBack(steps) : 0) };
    const movement = await permitMovement({ stripe, order, reckoning }, wanted, facts.charge?.transfer_group);
    const isEmpty = !("hold" in movement) && movement.amount <= wanted.amount - next.amount;
    if ("hold" in movement || isEmpty) {
      const reason = "hold" in movement ? movement.hold : "vendor_balance";
      return { steps, split: standing(order, { status: "on_hold", reason }, facts) };
    }
    if (steps.length === MAX_STEPS) return { steps, split: standing(order, { status: "under_way" }, facts) };
    const { kind, currency, because } = movement;
    const amount = movement.amount - (wanted.amount - next.amount);
    if (kind !== "refund")
      steps.push({ kind, amount, currency, account: order.vendor_account ?? null, because });
    facts = withMovement(facts, { ...movement, amount }, `preview_${steps.length}`, toSeconds(now()));
  }
}

const takenBack = (steps: SplitPreview["steps"]): number =>
  sum(
    steps.filter(({ kind }) => kind === "reversal"),
    ({ amount }) => amount,
  );

/** As `settle` does: what is by hand stays so. */
function heldBack(order: Order, reason: HoldReason): SplitPreview["split"] {
  const before = splitOf(order);
  return standing(order, before.status === "by_hand" ? before : { status: "on_hold", reason });
}

function standing(
  order: Order,
  { status, reason }: Pick<Split, "status" | "reason">,
  facts?: Facts,
): SplitPreview["split"] {
  const reckoning = facts?.charge && reckon(order, facts.charge, facts);
  const detail = splitDetail(
    { status, ...(reason && { reason }) },
    order,
    reckoning,
    facts?.charge?.mismatch,
  );
  return { status, reason: reason ?? null, detail };
}
