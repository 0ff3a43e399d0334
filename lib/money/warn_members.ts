import { after, fromSeconds, inWords, iso } from "../clock.ts";
import { configuration } from "../configuration.ts";
import type { Item } from "../dynamodb/transact.ts";
import type { Order } from "../orders/order.ts";
import type { Fact } from "../outbox/channels_of.ts";
import { outboxPuts } from "../outbox/outbox_puts.ts";
import { formatMoney } from "./format_money.ts";

const DAY_MS = 24 * 60 * 60_000;

/** Something that a member should see to: told from `from` on, again a day later, and when it is over. */
type Cause = { id: string; from: Date; detail: string };

/** By what it is called in the mail's words (lib/mails/content_of.ts). */
const CAUSES: Record<string, (order: Order) => Cause | undefined> = {
  hold: ({ split }) =>
    split?.status === "on_hold"
      ? {
          id: `${split.reason}@${split.since}`,
          from: after(new Date(split.since), DAY_MS),
          detail: split.detail,
        }
      : undefined,
  dispute: ({ open_dispute: dispute, currency }) =>
    dispute?.evidence_due_by !== undefined && dispute.status.endsWith("needs_response")
      ? {
          id: dispute.id,
          from: new Date(0),
          detail: `The buyer's bank asks for ${formatMoney(dispute.amount, currency)} back. Stripe takes evidence until ${inWords(fromSeconds(dispute.evidence_due_by))}.`,
        }
      : undefined,
  proof: ({ proof }) =>
    proof?.state === "off"
      ? { id: `off_by:${proof.difference}`, from: new Date(0), detail: proof.detail ?? "" }
      : undefined,
};

type Warnings = {
  /** What the Order keeps of what its members were told. */
  warned: Order["warned"];
  /** The parts of the transaction that have them told. */
  items: Item[];
  /** When there is more to tell, if nothing changes. */
  next: Date | undefined;
};

/**
 * What the members of an Order's Space are to be told as it stands `now`: of each cause once, again after a day, and that
 * it is over. Where no mails are sent, nobody is, and nothing is kept.
 */
export async function warnMembers(now: Order, at: Date): Promise<Warnings> {
  if (configuration.mailFrom === undefined) return { warned: now.warned, items: [], next: undefined };
  const facts: Fact[] = [];
  const waits: Date[] = [];
  const warned: NonNullable<Order["warned"]> = {};
  const tell = (fact: string, detail: string): void => {
    facts.push({ fact, topic: "order.attention", at: iso(at), detail });
  };
  for (const [kind, causeOf] of Object.entries(CAUSES)) {
    const cause = causeOf(now);
    const before = now.warned?.[kind];
    const isSame = before !== undefined && before.cause === cause?.id;
    if (before && !isSame) tell(`${before.cause}#${kind}_over`, now.split?.detail ?? "");
    if (!cause) continue;
    const due = isSame ? after(new Date(before.at), DAY_MS) : cause.from;
    const times = isSame ? before.times : 0;
    if (times < 2 && at >= due) {
      tell(`${cause.id}#${kind}${times === 0 ? "" : "_again"}`, cause.detail);
      warned[kind] = { cause: cause.id, at: iso(at), times: times + 1 };
      if (times === 0) waits.push(after(at, DAY_MS));
    } else {
      if (isSame) warned[kind] = before;
      if (times < 2) waits.push(due);
    }
  }
  return {
    warned: Object.keys(warned).length > 0 ? warned : undefined,
    items: facts.length > 0 ? (await outboxPuts(now, facts)).flat() : [],
    next: waits.sort((one, other) => one.getTime() - other.getTime())[0],
  };
}
