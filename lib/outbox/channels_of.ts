import { configuration } from "../configuration.ts";
import { findSeller } from "../marketplaces/find_seller.ts";
import { CHANNELS, type Channel, type OutboxRow } from "./outbox_row.ts";

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
  members: ["order.attention"],
};

/** The channels of a topic that somebody may have set up; none where this installation sends no mails. */
const possible = (topic: OutboxRow["topic"]): Channel[] =>
  configuration.mailFrom === undefined ? [] : CHANNELS.filter((channel) => HEARS[channel].includes(topic));

/**
 * Which channels are told of each of the facts, in their order: those that somebody has set up. The settings are read once,
 * and only where somebody could have.
 */
export async function channelsOf(
  subject: Subject,
  facts: readonly (Fact | undefined)[],
): Promise<Channel[][]> {
  const wanted = facts.map((fact) => (fact ? possible(fact.topic) : []));
  const needsSettings = wanted.flat().some((channel) => channel !== "members");
  const seller = needsSettings ? await findSeller(subject) : undefined;
  const isSetUp: Record<Channel, boolean> = {
    buyer: seller !== undefined && !seller.shop_mails_buyer && subject.buyer_email !== undefined,
    notifications: (seller?.order_notifications ?? []).length > 0,
    members: true,
  };
  return wanted.map((channels) => channels.filter((channel) => isSetUp[channel]));
}
