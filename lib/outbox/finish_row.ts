import { RETRY_FOR_MS, waitAfter } from "../async/backoff.ts";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { type Item, transact } from "../dynamodb/transact.ts";
import { log } from "../log.ts";
import type { ClaimedRow } from "./claim_row.ts";
import type { Try } from "./outbox_row.ts";

/** What was sent, or given up, is kept for so long, in ms: longer than anybody looks for it. */
export const KEEP_MS = 45 * 24 * 60 * 60_000;

/**
 * What became of a try. `given_up`: nothing that a retry could mend. `failed`: it is tried again, for three days from when it
 * was written.
 */
export type Outcome = {
  is: "sent" | "given_up" | "failed";
  /** In words that quote nobody. */
  error?: string;
  /** Of several who are told: who was by now, and who never will be. */
  told?: string[];
  refused?: string[];
  /** Of a callback: its last tries, this one among them. */
  log?: Try[];
  /** When to try again, where that is not for the backoff to say. */
  again_at?: Date;
};

/** What is written with the end of a row, into its Order's timeline say. */
export type AlongWith = (row: ClaimedRow, outcome: Outcome) => Item[];

/** Writes what became of a try, if the row is still the sender's own: where its lease ran out, whoever has it now will. */
export async function finishRow(row: ClaimedRow, tried: Outcome, along: AlongWith): Promise<Outcome> {
  const at = now();
  const written = new Date(row.written_at);
  const again = tried.again_at ?? after(at, waitAfter(at.getTime() - written.getTime()));
  const isTooLate = tried.is === "failed" && again > after(written, RETRY_FOR_MS);
  const outcome: Outcome = isTooLate
    ? { ...tried, is: "given_up", error: `${tried.error ?? "it failed"}; given up after three days` }
    : tried;
  const isOver = outcome.is !== "failed";
  const set: Record<string, unknown> = {
    error: outcome.error ?? "",
    ...(outcome.log && { log: outcome.log }),
    ...(outcome.told && { told: outcome.told }),
    ...(outcome.refused && { refused: outcome.refused }),
    ...(outcome.is === "sent" && { sent_at: iso(at) }),
    ...(isOver ? { expires_at_s: toSeconds(after(at, KEEP_MS)) } : { outbox_at: iso(again) }),
  };
  const names = Object.keys(set);
  const isOwn = await transact([
    {
      Update: {
        TableName: configuration.ordersTable,
        Key: { pk: row.pk, sk: row.sk },
        UpdateExpression: [
          `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
          ...(isOver ? ["REMOVE outbox_shard, outbox_at"] : []),
        ].join(" "),
        ConditionExpression: "outbox_at = :lease",
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
          ":lease": row.outbox_at,
        },
      },
    },
    ...(isOver ? along(row, outcome) : []),
  ]);
  const { space, order, topic, channel, tries } = row;
  if (!isOwn) log.warn("a sender outlived its lease", { space, order, topic, channel });
  else
    log.info("a row of the outbox was tried", { space, order, topic, channel, tries, ...outcomeOf(outcome) });
  return outcome;
}

const outcomeOf = ({ is, error }: Outcome) => ({ is, error });
