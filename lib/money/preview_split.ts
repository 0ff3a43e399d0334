import * as v from "valibot";
import { now, toSeconds } from "../clock.ts";
import { findOpenMovement } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";
import { SPLIT_STATUSES, splitOf } from "../orders/split.ts";
import { type Facts, withMovement } from "../reckoning/facts.ts";
import { reckon, sum } from "../reckoning/reckon.ts";
import { cachedPlatform } from "../utilities/platform.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { permitMovement } from "./permit_movement.ts";
import { plan } from "./plan.ts";
import { readFacts } from "./read_facts.ts";
import { heldBack, holdFor, MAX_TURNS, withVendor } from "./settle.ts";
import type { Standing } from "./settle_turn.ts";
import { splitDetail } from "./split_words.ts";

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
      if (reason) return nothingMoved(order, heldBack(splitOf(order), reason));
      throw error;
    }
  });
}

async function preview(order: Order): Promise<SplitPreview> {
  const { stripe, livemode } = await cachedPlatform(order.space);
  if (livemode !== order.livemode) return nothingMoved(order, heldBack(splitOf(order), "key_missing"));
  // What became of a movement that is under way is asked before anything else is done.
  if (await findOpenMovement(order)) return nothingMoved(order, { status: "under_way" });
  let { facts } = await readFacts(stripe, order, undefined);
  const steps: SplitPreview["steps"] = [];
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    const reckoning = facts.charge && reckon(order, facts.charge, facts);
    const next = plan(order, facts, reckoning, now());
    if (next.do === "stand" || !reckoning)
      return { steps, split: splitThen(order, next.do === "stand" ? next : { status: "under_way" }, facts) };
    const group = facts.charge?.transfer_group;
    const movement = await permitMovement({ stripe, order, reckoning }, next, group, takenBack(steps));
    if ("hold" in movement)
      return { steps, split: splitThen(order, { status: "on_hold", reason: movement.hold }, facts) };
    const { kind, amount, currency, because } = movement;
    if (kind !== "refund")
      steps.push({ kind, amount, currency, account: order.vendor_account ?? null, because });
    facts = withMovement(facts, movement, `preview_${steps.length}`, toSeconds(now()));
  }
  return { steps, split: splitThen(order, { status: "under_way" }, facts) };
}

const nothingMoved = (order: Order, standing: Standing): SplitPreview => ({
  steps: [],
  split: splitThen(order, standing),
});

const takenBack = (steps: SplitPreview["steps"]): number =>
  sum(
    steps.filter(({ kind }) => kind === "reversal"),
    ({ amount }) => amount,
  );

function splitThen(order: Order, { status, reason }: Standing, facts?: Facts): SplitPreview["split"] {
  const reckoning = facts?.charge && reckon(order, facts.charge, facts);
  const stands = { status, ...(reason && { reason }) };
  const detail = splitDetail(stands, order, reckoning, facts?.charge?.mismatch);
  return { status, reason: reason ?? null, detail };
}
