import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { type CallbackRef, callbackKey } from "../dynamodb/keys.ts";
import { findSeller } from "../marketplaces/find_seller.ts";
import { CHANNELS, type Channel, type OutboxRow, senderOf, TOPICS } from "./outbox_row.ts";

/** What somebody is told of. */
export type Fact = Pick<OutboxRow, "fact" | "topic" | "at" | "detail">;

/** The Order that it is a fact of. */
export type Subject = {
  id: string;
  space: string;
  room?: string | undefined;
  marketplace: string;
  buyer_email?: string | undefined;
};

/** Which topics a channel hears of. */
const HEARS: Record<Channel, readonly OutboxRow["topic"][]> = {
  buyer: ["order.paid"],
  notifications: ["order.paid", "order.refunded", "order.disputed"],
  members: ["order.attention", "events.failing"],
  space_callback: TOPICS,
  marketplace_callback: TOPICS,
};

/** The channels of a topic that somebody may have set up; no mails where this installation sends none. */
const possible = (topic: OutboxRow["topic"]): Channel[] =>
  CHANNELS.filter(
    (channel) =>
      HEARS[channel].includes(topic) &&
      (senderOf(channel) === "callbacks" || configuration.mailFrom !== undefined),
  );

const CallbackRow = v.object({ sk: v.string(), switched_off_at: v.optional(v.string()) });

/** Whether there is each of these callbacks, and it is not switched off: in one call, since each Order's every fact asks. */
async function areCalledBack(refs: CallbackRef[]): Promise<boolean[]> {
  const keys = refs.map(callbackKey);
  const found = await batchGet(configuration.settingsTable, keys, { ConsistentRead: true });
  const rows = v.parse(v.array(CallbackRow), found);
  return keys.map(({ sk }) => rows.some((row) => row.sk === sk && row.switched_off_at === undefined));
}

/**
 * Which channels are told of each of the facts, in their order: those that somebody has set up. The settings are read once,
 * and only where somebody could have.
 */
export async function channelsOf(
  subject: Subject,
  facts: readonly (Fact | undefined)[],
): Promise<Channel[][]> {
  const wanted = facts.map((fact) => (fact ? possible(fact.topic) : []));
  const all = new Set(wanted.flat());
  const { space, marketplace } = subject;
  const [seller, [ofSpace = false, ofMarketplace = false]] = await Promise.all([
    all.has("buyer") || all.has("notifications") ? findSeller(subject) : undefined,
    // Both hear of the same.
    all.has("space_callback") ? areCalledBack([{ space }, { space, marketplace }]) : [],
  ]);
  const isSetUp: Record<Channel, boolean> = {
    buyer: seller !== undefined && !seller.shop_mails_buyer && subject.buyer_email !== undefined,
    notifications: (seller?.order_notifications ?? []).length > 0,
    members: true,
    space_callback: ofSpace,
    marketplace_callback: ofMarketplace,
  };
  return wanted.map((channels) => channels.filter((channel) => isSetUp[channel]));
}
