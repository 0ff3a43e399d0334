import type Stripe from "stripe";
import { after, iso, now } from "../clock.ts";
import type { Item } from "../dynamodb/transact.ts";
import { keepBookings, type Ledger } from "../ledger/keep_bookings.ts";
import { log } from "../log.ts";
import type { LeasedOrder } from "../orders/lease.ts";
import { findOpenMovement, type Movement } from "../orders/movement.ts";
import type { Order } from "../orders/order.ts";
import type { OpenDispute, RefundOnWay, Split } from "../orders/split.ts";
import { timelineCauses } from "../orders/timeline_of.ts";
import { outboxPuts } from "../outbox/outbox_puts.ts";
import { proveOrder, refundsOnWay } from "../proof/prove_order.ts";
import { type Facts, isUndecided, withMovement } from "../reckoning/facts.ts";
import { type Reckoning, reckon } from "../reckoning/reckon.ts";
import { askStripe } from "./ask_stripe.ts";
import { bookingOf } from "./bookings.ts";
import { nextLook } from "./next_look.ts";
import { permitMovement } from "./permit_movement.ts";
import { type Plan, plan } from "./plan.ts";
import { resolveMovement } from "./resolve_movement.ts";
import { type Changes, movementPut, saveOrder } from "./save_order.ts";
import { splitDetail } from "./split_words.ts";
import type { Answer } from "./stripe_answer.ts";
import { factOf, type Told, timelineRow, toldBy } from "./timeline_entries.ts";
import { secondsSince, unknownMovement } from "./unknown_movement.ts";
import { warnMembers } from "./warn_members.ts";

/** An Order that this run has to itself, what Stripe says of its money, and what of that is in its ledger. */
export type Run = { leased: LeasedOrder; stripe: Stripe; facts: Facts; ledger: Ledger };

/**
 * How it goes on. `let_go`: the Order stands so, and this run has it no more. `on`: with what is known. `again`: all has
 * to be read anew, here and at Stripe. `lost`: another run has it.
 */
export type Next = { is: "let_go"; split: Split } | { is: "on"; run: Run } | { is: "again" } | { is: "lost" };

/** How a split stands, and until when it does where that is not by {@link nextLook}. */
export type Standing = Pick<Split, "status"> & { reason?: string | undefined; until?: Date };

/** Stripe is asked again after so long, in ms, where nobody knows whether a movement happened. */
const UNKNOWN_MS = 15_000;
/** What does not come out is looked at again after so long, in ms: so its alarm rings once a day, while it is so. */
const PROVE_AGAIN_MS = 24 * 60 * 60_000;
/** A server error is saved under the key: only time shows whether there was more to it. */
const SAVED_ERROR_MS = 10 * 60_000;

/** One step towards what the Vendor should hold: one movement at most, and what is to be told of it. */
export async function settleTurn(run: Run): Promise<Next> {
  const { facts, stripe, leased } = run;
  const { order } = leased;
  const reckoning = reckoningOf(run);
  const next = plan(order, facts, reckoning, now());
  const open = await findOpenMovement(order);
  if (open) return await resolve(run, open, next);
  if (order.open_movement !== undefined) return await forgetMovement(run);
  if (next.do === "stand" || !reckoning) return await record(leased, standingOf(next), { seen: run });
  const permitted = await permitMovement({ stripe, order, reckoning }, next, facts.charge?.transfer_group);
  if ("hold" in permitted)
    return await record(leased, { status: "on_hold", reason: permitted.hold }, { seen: run });
  return await sendNew(run, permitted);
}

const reckoningOf = ({ leased: { order }, facts }: Pick<Run, "leased" | "facts">): Reckoning | undefined =>
  facts.charge && reckon(order, facts.charge, facts);

const standingOf = (next: Plan): Standing =>
  next.do === "stand" ? { status: next.status, reason: next.reason } : { status: "under_way" };

/** What the Order names as open is not: see {@link findOpenMovement}. */
async function forgetMovement(run: Run): Promise<Next> {
  const { leased } = run;
  const order = await saveOrder(leased, { open_movement: undefined }, [], false);
  return order ? { is: "on", run: { ...run, leased: { ...leased, order } } } : { is: "lost" };
}

/** A movement that was written down, and of which nobody knows whether it happened. */
async function resolve(run: Run, movement: Movement, next: Plan): Promise<Next> {
  const resolution = resolveMovement(movement, run.facts, next, now());
  switch (resolution.do) {
    case "adopt":
      return await close(run, { ...movement, state: "done", stripe: resolution.id });
    case "abandon":
      return await close(run, { ...movement, state: "abandoned" });
    case "wait":
      return await record(run.leased, { status: "under_way", until: resolution.until }, { seen: run });
    case "send": {
      const again = { ...movement, last_sent_at: iso(now()) };
      const order = await saveOrder(run.leased, {}, [movementPut(run.leased.order, again)], false);
      return order ? await send({ ...run, leased: { ...run.leased, order } }, again) : { is: "lost" };
    }
  }
}

/**
 * Written down first: whatever happens from here on, the next run finds it, and asks Stripe what became of it.
 * @param along what else is written with it
 */
export async function sendNew(run: Run, movement: Movement, along: Item[] = []): Promise<Next> {
  const { leased, facts } = run;
  const changes: Changes = {
    movements: movement.seq,
    open_movement: movement.seq,
    vendor_account: leased.order.vendor_account,
    ...moneyOf(run),
    charge: facts.charge?.id,
  };
  const order = await saveOrder(leased, changes, [movementPut(leased.order, movement), ...along], false);
  return order ? await send({ ...run, leased: { ...leased, order } }, movement) : { is: "lost" };
}

async function send(run: Run, movement: Movement): Promise<Next> {
  const answer = await askStripe(run.stripe, run.leased.order, movement);
  log.info("Stripe was asked to move money", {
    order: run.leased.order.id,
    kind: movement.kind,
    amount: movement.amount,
    currency: movement.currency,
    answer: answer.is,
    ...("code" in answer && { code: answer.code }),
  });
  switch (answer.is) {
    case "done":
      return await made(run, { ...movement, state: "done", stripe: answer.id }, answer);
    case "refused":
      return await refused(run, { ...movement, state: "refused", ...codeOf(answer) }, answer.reason);
    case "key":
      return await record(run.leased, { status: "on_hold", reason: answer.reason }, { seen: run });
    case "unknown":
      return await record(
        run.leased,
        { status: "under_way", until: after(now(), answer.saved ? SAVED_ERROR_MS : UNKNOWN_MS) },
        { seen: run, movement: { ...movement, code: answer.code } },
      );
  }
}

const codeOf = ({ code, request_id }: Extract<Answer, { is: "refused" }>) => ({
  code,
  ...(request_id && { request_id }),
});

/** What Stripe just answered is a fact like those it lists, so that a plain sale need not be read again. */
async function made(
  run: Run,
  movement: Movement,
  { id, created, booked }: Extract<Answer, { is: "done" }>,
): Promise<Next> {
  const { order } = run.leased;
  const from =
    movement.kind === "reversal" && run.facts.transfers.find((each) => each.id === movement.transfer);
  const bookings = bookingOf(movement, id, from ? from.destination : "", booked);
  const ledger = await keepBookings(run.stripe, order, run.ledger, bookings);
  return await close({ ...run, ledger, facts: withMovement(run.facts, movement, id, created) }, movement);
}

/** A movement has its outcome. */
async function close(run: Run, movement: Movement): Promise<Next> {
  const { leased, facts } = run;
  const next = plan(leased.order, facts, reckoningOf(run), now());
  if (next.do === "stand") return await record(leased, standingOf(next), { seen: run, movement });
  const changes = { ...moneyOf(run), open_movement: undefined };
  const written = await writeAlong(leased, changes, { seen: run, movement }, false);
  return written ? { is: "on", run: { ...run, leased: { ...leased, order: written } } } : { is: "lost" };
}

/** A refusal of the Vendor's money holds the Order; one of a refund is told, and the Order is as it was. */
async function refused(run: Run, movement: Movement, reason: string): Promise<Next> {
  const { leased } = run;
  const along = { seen: run, movement };
  if (movement.kind === "refund") {
    const order = await writeAlong(leased, { open_movement: undefined }, along, false);
    return order ? { is: "on", run: { ...run, leased: { ...leased, order } } } : { is: "lost" };
  }
  return await record(leased, { status: "on_hold", reason }, along);
}

/** What Stripe says, with what is in the ledger. */
type Seen = Pick<Run, "facts" | "ledger">;

type Along = { seen?: Seen; movement?: Movement };

/**
 * Writes how the Order stands, with what was done and found, and lets it go. Where it was woken since it was read, what
 * was done is written all the same, and it is looked at again.
 */
export async function record(leased: LeasedOrder, standing: Standing, along: Along): Promise<Next> {
  const at = now();
  const { order } = leased;
  const { seen, movement } = along;
  const facts = seen?.facts;
  const run = seen && { leased, ...seen };
  const reckoning = run && reckoningOf(run);
  const { status, reason } = standing;
  const isSame = order.split?.status === status && order.split.reason === reason;
  const split: Split = {
    status,
    ...(reason && { reason }),
    since: isSame && order.split ? order.split.since : iso(at),
    detail: splitDetail({ status, reason }, order, reckoning, facts?.charge?.mismatch),
  };
  const proved = seen && proveOrder({ order: leased.order, status, reckoning, ...seen });
  const proof = seen ? proved && { ...proved, at: iso(at) } : order.proof;
  const open_dispute = facts ? openDispute(facts) : order.open_dispute;
  const isOff = proof?.state === "off";
  const isForSomebody = status === "on_hold" || status === "by_hand" || open_dispute !== undefined || isOff;
  const warnings = await warnMembers({ ...order, split, open_dispute, proof }, at);
  const look = standing.until ?? nextLook(split, at) ?? (isOff ? after(at, PROVE_AGAIN_MS) : undefined);
  const due = earliest(look, warnings.next);
  const outcome: Changes = {
    ...(run && moneyOf(run)),
    ...(movement && movement.state !== "planned" && { open_movement: undefined }),
    ...(facts?.charge && { charge: facts.charge.id, transfer_group: facts.charge.transfer_group }),
  };
  const stands: Changes = {
    ...outcome,
    split,
    proof,
    open_dispute,
    vendor_account: order.vendor_account,
    attention_since: isForSomebody ? (order.attention_since ?? iso(at)) : undefined,
    warned: warnings.warned,
    due_at: due && iso(due),
  };
  const told = isSame || status !== "on_hold" ? [] : [putOnHold(split)];
  if (await writeAlong(leased, stands, { ...along, told, items: warnings.items }, true)) {
    log.info(
      "an Order stands",
      { order: order.id, status, reason, ...(isOff && { unproved: proof.detail }) },
      {
        ...(!isSame && COUNTED[status]),
        ...(status === "on_hold" && { OrderHoldSeconds: secondsSince(split.since) }),
        ...(isOff && { MoneyUnproved: 1 }),
        ...(await unknownMovement(order, movement)),
      },
    );
    return { is: "let_go", split };
  }
  if (movement && !(await writeAlong(leased, outcome, along, false))) return { is: "lost" };
  return { is: "again" };
}

const earliest = (one: Date | undefined, other: Date | undefined): Date | undefined =>
  one && other ? new Date(Math.min(one.getTime(), other.getTime())) : (one ?? other);

/** What the dashboard counts. */
const COUNTED: Partial<Record<Split["status"], Record<string, number>>> = {
  done: { SplitsDone: 1 },
  on_hold: { SplitsOnHold: 1 },
};

const putOnHold = ({ reason = "", since, detail }: Split): Told => ({
  cause: `${reason}@${since}`,
  entry: "split_on_hold",
  detail,
});

/** What was reckoned, as the Order keeps it. */
function moneyOf(run: Pick<Run, "leased" | "facts" | "ledger">): Changes {
  const reckoning = reckoningOf(run);
  if (!reckoning) return {};
  const { short: _short, ...money } = reckoning;
  const onWay = refundsOnWay(run.facts, run.ledger).map(
    ({ id, amount, product_amount }): RefundOnWay => ({
      id,
      amount,
      ...(product_amount !== undefined && { product_amount }),
    }),
  );
  return { money, refunds_on_way: onWay.length > 0 ? onWay : undefined };
}

/** The one to answer first. */
function openDispute({ disputes }: Facts): OpenDispute | undefined {
  const [first] = disputes
    .filter(isUndecided)
    .sort((one, other) => (one.evidence_due_by ?? Infinity) - (other.evidence_due_by ?? Infinity));
  if (!first) return undefined;
  const { id, status, amount, evidence_due_by } = first;
  return { id, status, amount, ...(evidence_due_by !== undefined && { evidence_due_by }) };
}

/** DynamoDB takes 100 parts in a transaction, and an entry may be told to others, too; what there is no room for, the next look tells. */
const MOST_TOLD = 20;

/** Entries of the timeline, and with each whom it is told to. */
async function entryPuts(order: Order, entries: Told[]): Promise<Item[]> {
  const rows = entries.map((each) => timelineRow(order, each));
  const facts = entries.map((each, index) => factOf(each, rows[index]?.Put.Item));
  return [...rows, ...(await outboxPuts(order, facts)).flat()];
}

async function writeAlong(
  leased: LeasedOrder,
  changes: Changes,
  { seen, movement, told = [], items: more = [] }: Along & { told?: Told[]; items?: Item[] },
  letGo: boolean,
) {
  const { order } = leased;
  const settlement = changes.money?.currency ?? order.money?.currency ?? order.currency;
  const all = [...told, ...(seen ? toldBy(order, seen.facts, settlement) : [])];
  const causes = all.length > 0 ? await timelineCauses(order) : new Set();
  const untold = all.filter(({ cause, entry }) => !causes.has(`${cause}#${entry}`)).slice(0, MOST_TOLD);
  const items = [
    ...(movement ? [movementPut(order, movement)] : []),
    ...(await entryPuts(order, untold)),
    ...more,
  ];
  return await saveOrder(leased, changes, items, letGo);
}
