import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { iso, now } from "../clock.ts";
import { httpError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { writeOffPut } from "../ledger/write_offs.ts";
import type { Order } from "../orders/order.ts";
import { paymentIntentPut } from "../orders/payment_intent_put.ts";
import { type Decisions, NO_DECISIONS, type Split, splitOf } from "../orders/split.ts";
import type { Facts } from "../reckoning/facts.ts";
import { type Reckoning, reckon } from "../reckoning/reckon.ts";
import { withStripeErrors } from "../utilities/stripe_errors.ts";
import { formatMoney } from "./format_money.ts";
import { wakeAndLease } from "./order_lease.ts";
import { heldBy, reversedByHand, sentByHand } from "./plan.ts";
import { saveOrder } from "./save_order.ts";
import { type Settled, settleLeased } from "./settle.ts";
import type { Next, Run } from "./settle_turn.ts";
import { timelineRow } from "./timeline_entries.ts";

/**
 * What a person may do about an Order's money. `try_now`: look at once. `send`: send the share, whatever held it back.
 * `write_off`: the Vendor keeps what they owe. `take_back`: what was sent by hand comes back. `leave`: it is right as it is.
 */
export const DECISIONS = ["try_now", "send", "write_off", "take_back", "leave"] as const;
export type Decision = (typeof DECISIONS)[number];

/** The same as it is sent, by a form with the `version` of the Order whose page it was on. */
export const SplitDecision = fields({
  do: v.picklist(DECISIONS, `must be one of ${DECISIONS.join(", ")}`),
  version: v.optional(v.pipe(v.union([v.string(), v.number()]), v.toNumber(), v.integer())),
});

/** What of it can be decided, by how the split stands. Looking is always allowed. */
export function decisionsFor(order: Order): Exclude<Decision, "try_now">[] {
  const { status, reason } = splitOf(order);
  const writeOff = order.money?.owed ? (["write_off"] as const) : [];
  if (status === "by_hand") return ["send"];
  if (status !== "on_hold") return [];
  switch (reason) {
    case "account_changed":
      return ["send"];
    case "taken_back_by_hand":
      return ["send", "leave"];
    case "overpaid_by_hand":
      return order.money?.owed ? ["take_back", "leave"] : ["leave"];
    default:
      return [...writeOff];
  }
}

/**
 * Does what a person decided, by what Stripe says now: what was decided is written down with who did, and then the Order
 * is settled.
 * @param seen the `version` of the Order that the person saw; where it has changed since, they look again
 * @throws {HttpError} 409 `being_settled`, `changed_meanwhile`, `nothing_to_decide`; {StripeRequestFailed}
 */
export async function decideSplit(
  order: Order,
  decision: Decision,
  actor: string,
  seen?: number,
): Promise<Settled> {
  return await withStripeErrors(order.space, async () => {
    const leased = await wakeAndLease(order);
    if (!leased) throw httpError("being_settled");
    const first = decision === "try_now" ? undefined : (run: Run) => decide(run, decision, actor, seen);
    return await settleLeased(leased, first && { first });
  });
}

async function decide(
  run: Run,
  decision: Exclude<Decision, "try_now">,
  actor: string,
  seen: number | undefined,
): Promise<Next> {
  const { leased, facts } = run;
  const { order, holder } = leased;
  const reckoning = facts.charge && reckon(order, facts.charge, facts);
  if (seen !== undefined && (seen !== (order.version ?? 0) || !isAsSeen(order, reckoning)))
    throw httpError("changed_meanwhile");
  if (!decisionsFor(order).includes(decision)) throw httpError("nothing_to_decide", splitOf(order).detail);
  const decided = changesBy(decision, order, facts, reckoning);
  const detail = wordsFor(decision, order, reckoning);
  const entry = decision === "write_off" ? ("debt_written_off" as const) : ("split_decided" as const);
  const cause = `${decision}@${order.version ?? 0}`;
  const saved = await saveOrder(
    leased,
    decided,
    [
      timelineRow(order, { cause, entry, detail }),
      auditPut(order.space, actor, `Order ${order.id}: ${detail}`),
      ...writtenOff(order, decided.decisions),
      // An Order that was paid before shares were sent from here has no such row, and its refunds have to find it now.
      ...(order.payment_intent ? [paymentIntentPut(order.payment_intent, order)] : []),
    ],
    false,
  );
  return saved ? { is: "on", run: { ...run, leased: { order: saved, holder } } } : { is: "lost" };
}

/** What moves no money, and changes what the Vendor is owed or owes, is kept with its time for the statements. */
function writtenOff({ marketplace, id, decisions = NO_DECISIONS }: Order, decided: Decisions) {
  const written_off = decided.written_off - decisions.written_off;
  const given_up = decided.given_up - decisions.given_up;
  if (written_off === 0 && given_up === 0) return [];
  return [writeOffPut({ marketplace, order: id, at: iso(now()), written_off, given_up })];
}

/** A person decides on the sums of the page: more than those, of a refund that was made since, is a question of its own. */
const isAsSeen = ({ money }: Order, reckoning: Reckoning | undefined): boolean =>
  !money ||
  (reckoning?.target === money.target && reckoning.net === money.net && reckoning.others === money.others);

function changesBy(
  decision: Exclude<Decision, "try_now">,
  order: Order,
  facts: Facts,
  reckoning: Reckoning | undefined,
): { decisions: Decisions; split?: Split } {
  const { owed = 0, short = 0 } = reckoning ?? {};
  const before = order.decisions ?? NO_DECISIONS;
  const toVendor = facts.transfers.filter(({ destination }) => destination === order.vendor_account);
  const toOthers = facts.transfers.filter(({ destination }) => destination !== order.vendor_account);
  // Whatever was moved by hand until now is known from here on.
  const known = {
    ...before,
    reversed_by_hand: reversedByHand(order, facts),
    sent_by_hand: sentByHand(toVendor),
    sent_to_others: heldBy(toOthers),
  };
  switch (decision) {
    case "write_off":
      return { decisions: { ...before, written_off: before.written_off + owed } };
    case "take_back":
      return { decisions: known };
    case "leave":
      return {
        decisions: {
          ...known,
          written_off: before.written_off + owed,
          given_up: before.given_up + short,
        },
      };
    case "send":
      return {
        decisions: { ...known, pays_account_of_sale: before.pays_account_of_sale || isOfOldAccount(order) },
        split: { ...splitOf(order), status: "waiting", reason: "fee_unknown" },
      };
  }
}

const isOfOldAccount = (order: Order): boolean => splitOf(order).reason === "account_changed";

function wordsFor(
  decision: Exclude<Decision, "try_now">,
  order: Order,
  reckoning: Reckoning | undefined,
): string {
  const amount = (of: number | undefined) => formatMoney(of ?? 0, reckoning?.currency ?? order.currency);
  switch (decision) {
    case "write_off":
      return `${amount(reckoning?.owed)} that the Vendor owed was written off.`;
    case "take_back":
      return `${amount(reckoning?.owed)} that was sent by hand is taken back.`;
    case "leave":
      return "What was moved by hand is left as it is.";
    case "send":
      return `${amount(reckoning?.short)} is sent to ${order.vendor_account ?? "the Vendor"}.`;
  }
}
