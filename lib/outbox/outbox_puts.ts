import { ulid } from "ulid";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { deliveryKey, outboxKey, spaceOutboxKey } from "../dynamodb/keys.ts";
import { channelsOf, type Fact, type Subject } from "./channels_of.ts";
import { type Channel, callbackOf, type OutboxRow, outboxShardOf, senderOf } from "./outbox_row.ts";

/** The table's stream brings a row at once. One that it does not bring is due after so many ms. */
const STREAM_MS = 60_000;

/** A part of a transaction. */
type OutboxPut = { Put: { TableName: string; Item: OutboxRow } };

/**
 * For each of the facts, in their order, the parts of the transaction that writes it which have it told: one for each channel
 * that somebody has set up. What is undefined is told to nobody.
 */
export async function outboxPuts(
  subject: Subject,
  facts: readonly (Fact | undefined)[],
): Promise<OutboxPut[][]> {
  const channels = await channelsOf(subject, facts);
  return facts.map((fact, index) =>
    fact ? (channels[index] ?? []).map((channel) => outboxPut(subject, fact, channel)) : [],
  );
}

/** The part of a transaction that has a fact told to one channel, be it set up or not. */
export function outboxPut(
  { id, space, room, marketplace }: Subject,
  fact: Fact,
  channel: Channel,
): OutboxPut {
  const at = now();
  return {
    Put: {
      TableName: configuration.ordersTable,
      Item: {
        ...keyOf({ id, space, marketplace }, fact, channel),
        space,
        ...(room && { room }),
        marketplace,
        order: id,
        ...fact,
        channel,
        written_at: iso(at),
        tries: 0,
        outbox_shard: outboxShardOf(channel, id),
        outbox_at: iso(after(at, STREAM_MS)),
      },
    },
  };
}

/** By the fact, so that it is one row a channel; what a callback is told is its log, too, and sorts by its time. */
const keyOf = ({ id, space, marketplace }: Subject, { fact }: Fact, channel: Channel) =>
  senderOf(channel) === "callbacks"
    ? deliveryKey(callbackOf({ space, marketplace, channel }), ulid())
    : marketplace === ""
      ? spaceOutboxKey(space, fact, channel)
      : outboxKey(marketplace, id, fact, channel);
