import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { timelineKey } from "../dynamodb/keys.ts";
import type { Item } from "../dynamodb/transact.ts";
import { KmsUnavailable } from "../errors.ts";
import { findSeller } from "../marketplaces/find_seller.ts";
import { findOrder } from "../orders/find_order.ts";
import type { TimelineEntry } from "../orders/order.ts";
import { timelineTitle } from "../orders/timeline_titles.ts";
import type { ClaimedRow } from "../outbox/claim_row.ts";
import type { Outcome } from "../outbox/finish_row.ts";
import { entryOf } from "../outbox/outbox_row.ts";
import type { RowSender } from "../outbox/send_row.ts";
import { findSpaceName } from "../spaces/get_space_name.ts";
import { type Delivery, deliver } from "./deliver.ts";
import type { Mail } from "./mail.ts";
import { type About, mailTo, recipientsOf } from "./mails_of.ts";

/** Where the mail server takes no mails at all, a row waits for so long, in ms: for the next minute's run. */
const AWAY_MS = 30_000;

/** Sends the rows that are mails. Where the mail server takes none, the rest is left for later, in its order. */
export function mailSender(): RowSender & { isAway: () => boolean } {
  let away = false;
  return {
    isAway: () => away,
    before: () => (away ? "stop" : "send"),
    atOnce: { inAll: 24, ofGroup: 1 },
    // What members are told is theirs, and no part of what happened to the Order.
    along: (row, outcome) => (row.channel === "members" ? [] : [timelinePut(row, outcome)]),
    async send(row) {
      const outcome = await sendMails(row);
      away = outcome.again_at !== undefined;
      return outcome;
    },
  };
}

/** One mail to each who is to be told and was not yet; one address's trouble is no other's. */
async function sendMails(row: ClaimedRow): Promise<Outcome> {
  const about = await aboutWhat(row);
  if (!about) return { is: "given_up", error: "its Marketplace, or its Space, is gone" };
  const told = [...(row.told ?? [])];
  const refused = [...(row.refused ?? [])];
  let trouble: Exclude<Delivery, { is: "taken" }> | undefined;
  let why = row.error;
  for (const address of await recipientsOf(row, about)) {
    if (told.includes(address) || refused.includes(address)) continue;
    const delivery = await deliverTo(mailTo(address, row, about));
    if (delivery.is === "taken") told.push(address);
    else if (delivery.is === "refused") refused.push(address);
    else trouble = delivery;
    if (delivery.is !== "taken") why = delivery.why;
    if (delivery.is === "away") break;
  }
  const all = { told, refused, ...(why && { error: why }) };
  if (trouble)
    return { is: "failed", ...all, ...(trouble.is === "away" && { again_at: after(now(), AWAY_MS) }) };
  if (told.length > 0) return { is: "sent", ...all };
  return { is: "given_up", error: "there is nobody to tell any more", ...all };
}

async function aboutWhat({ topic, space, marketplace, order: id }: ClaimedRow): Promise<About | undefined> {
  if (topic === "events.failing") {
    const name = await findSpaceName(space);
    return name === undefined ? undefined : { spaceName: name };
  }
  const order = await findOrder(marketplace, id);
  const seller = order && (await findSeller(order));
  return seller && { order, marketplace: seller };
}

async function deliverTo(mail: Promise<Mail>): Promise<Delivery> {
  try {
    return await deliver(await mail);
  } catch (error) {
    if (error instanceof KmsUnavailable) return { is: "later", why: "AWS KMS did not seal its link" };
    throw error;
  }
}

/** What the Order's timeline says of it. */
function timelinePut(row: ClaimedRow, { is, told = [], refused = [], error = "" }: Outcome): Item {
  const at = iso(now());
  const isSent = is === "sent";
  const entry = isSent
    ? row.channel === "buyer"
      ? "buyer_notified"
      : "notifications_sent"
    : "notification_failed";
  const about = row.topic === "order.paid" ? "" : ` about “${timelineTitle(entryOf(row))}”`;
  const missing = refused.length > 0 ? ` Not to ${refused.join(", ")}: ${error}.` : "";
  const detail = isSent
    ? `The mail server has taken the mail${about} to ${told.join(", ")}.${missing}`
    : `No mail${about} went to ${refused.join(", ") || "anybody"}: ${error}.`;
  const value: TimelineEntry = { at, entry, detail, written_at: at };
  return {
    Put: {
      TableName: configuration.ordersTable,
      Item: { ...timelineKey(row.marketplace, row.order, `${row.fact}#${row.channel}`, entry), ...value },
    },
  };
}
