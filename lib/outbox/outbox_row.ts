import * as v from "valibot";
import { dueShardOf } from "../dynamodb/due_shard.ts";
import type { CallbackRef } from "../dynamodb/keys.ts";

/** What is told of an Order. */
export const TOPICS = [
  "order.placed",
  "order.paid",
  "order.payment_failed",
  "order.refunded",
  "order.disputed",
  "order.split",
] as const;
export type Topic = (typeof TOPICS)[number];

/**
 * Who is told: the buyer, the Marketplace's Order Notifications, and the Space's members, each by mail; and the Space's and
 * the Marketplace's callback. What is told to members alone is `order.attention`, and of their Space `events.failing`; to a callback, `callback.test`.
 */
export const CHANNELS = [
  "buyer",
  "notifications",
  "members",
  "space_callback",
  "marketplace_callback",
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Who sends the rows of a channel: a function of its own for each, with a clock of its own. */
export type Sender = "mails" | "callbacks";
export const senderOf = (channel: Channel): Sender =>
  channel === "space_callback" || channel === "marketplace_callback" ? "callbacks" : "mails";

/** Whose callback a row is for. */
export const callbackOf = ({
  space,
  marketplace,
  channel,
}: Pick<OutboxRow, "space" | "marketplace" | "channel">): CallbackRef =>
  channel === "marketplace_callback" ? { space, marketplace } : { space };

/** The name of a shard of the index `outbox`: a sender finds its own rows, and no other's. */
export const outboxShard = (sender: Sender, shard: number): string => `${sender}#${shard}`;
export const outboxShardOf = (channel: Channel, order: string): string =>
  outboxShard(senderOf(channel), dueShardOf(order));

/** A try to call back: when it began (ISO 8601), how long it took, and what was answered, or the code of what was in the way. */
export type Try = v.InferOutput<typeof Try>;
const Try = v.object({
  at: v.string(),
  ms: v.number(),
  status: v.optional(v.number()),
  error: v.optional(v.string()),
});

/**
 * That somebody is to be told of a fact: written with the fact, in one transaction, and sent afterwards, at least once.
 * `outbox_at` is when it is to be sent, or until when a sender has it; it has none when it was sent, or was given up.
 */
export type OutboxRow = v.InferOutput<typeof OutboxRow>;
export const OutboxRow = v.object({
  pk: v.string(),
  sk: v.string(),
  space: v.string(),
  /** Absent of an Order that was placed before its Room was kept. */
  room: v.optional(v.string()),
  /** Of the Order; empty of what is told of a Space. */
  marketplace: v.string(),
  /** Empty of what is told of a Space, and of a test of a callback. */
  order: v.string(),
  /** What happened, once an Order: `paid`, or the cause and the entry in the Order's timeline. */
  fact: v.string(),
  topic: v.picklist([...TOPICS, "order.attention", "events.failing", "callback.test"]),
  channel: v.picklist(CHANNELS),
  /** What there is to say, where the Order does not say it: the sentence of its timeline. */
  detail: v.optional(v.string()),
  /** ISO 8601; when it happened. */
  at: v.string(),
  /** ISO 8601; when it was written: for three days from then it is tried. */
  written_at: v.string(),
  /** How often a sender has begun to send it. */
  tries: v.number(),
  outbox_shard: v.optional(v.string()),
  outbox_at: v.optional(v.string()),
  /** ISO 8601. */
  sent_at: v.optional(v.string()),
  /** Of several who are told: who was already, and who never will be. */
  told: v.optional(v.array(v.string())),
  refused: v.optional(v.array(v.string())),
  /** Of a callback: the last tries, the oldest first. */
  log: v.optional(v.array(Try)),
  /** Why the last try failed, in words that quote nobody. */
  error: v.optional(v.string()),
});

/** The entry of the Order's timeline that a row tells of. */
export const entryOf = ({ fact }: Pick<OutboxRow, "fact">): string => fact.slice(fact.indexOf("#") + 1);
