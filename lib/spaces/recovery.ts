import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { recoveryKey } from "../dynamodb/keys.ts";

/** A stretch of Stripe's time, from `from` on and before `to`, both ISO 8601 in whole seconds. */
export type Window = v.InferOutput<typeof Window>;
export const Window = v.object({ from: v.string(), to: v.string() });

/** How far Stripe's list of events of these types was read. */
export type EventsCursor = v.InferOutput<typeof EventsCursor>;
export const EventsCursor = v.object({
  types: v.array(v.string()),
  /** Every event that Stripe lists from before is stored. ISO 8601. */
  until: v.string(),
  /** A window that was not read to its end, and the last event that was read of it. */
  cut_off: v.optional(v.object({ ...Window.entries, starting_after: v.string() })),
});

/** Why a part of a pass did not come to its end: an error's code and words. */
const Trouble = { trouble: v.optional(v.object({ code: v.string(), message: v.string() })) };

/** What the last pass found; a part that it did not come to is absent. */
export type Findings = v.InferOutput<typeof Findings>;
export const Findings = v.object({
  /** ISO 8601. */
  at: v.string(),
  events: v.optional(
    v.object({
      ...Trouble,
      from: v.optional(v.string()),
      to: v.optional(v.string()),
      pages: v.number(),
      listed: v.number(),
      known: v.number(),
      put_in: v.number(),
    }),
  ),
  /** Connected accounts: how many Stripe lists, and of how many Marketplaces something was another, or the connection over. */
  accounts: v.optional(
    v.object({ ...Trouble, listed: v.number(), changed: v.number(), disconnected: v.number() }),
  ),
  /** Checkout Sessions: how many Stripe lists, how many of them pay Orders here, and how many Orders they brought on. */
  sessions: v.optional(
    v.object({
      ...Trouble,
      listed: v.number(),
      orders: v.number(),
      brought_on: v.number(),
      /** Orders that were gone, and were made anew from what Stripe has. */
      restored: v.optional(v.number(), 0),
      /** Sessions, `cs_…`, that were paid and have no Order that they fit. */
      paid_without_order: v.array(v.string()),
      /** Orders that nobody has paid, whose session Stripe does not have for this key. */
      without_session: v.array(v.string()),
    }),
  ),
});

/** What a reading of Stripe's balance transactions found, from `from` on and before `to`. */
export type MoneyFound = v.InferOutput<typeof MoneyFound>;
export const MoneyFound = v.object({
  ...Window.entries,
  /** How many Stripe lists; how many were in no ledger, and are now. */
  listed: v.number(),
  put_in: v.number(),
  /** How many are nobody's Order, by what they are. */
  nobodys: v.record(v.string(), v.number()),
  /** `txn_…` of a kind that nobody has told us of. */
  unknown: v.array(v.string()),
  /** `txn_…` that should belong to an Order of this Space and do not: a Vendor's transfer, or a charge with our metadata. */
  unclaimed: v.array(v.string()),
  /** Orders with rows in their ledger that are not as Stripe has them. */
  off: v.array(v.string()),
  /** Of which day and currency the ledger and Stripe's list differ, in the currency's smallest unit. */
  differences: v.array(v.object({ day: v.string(), currency: v.string(), amount: v.number() })),
});

/** How far Stripe's balance transactions are proved to be the ledger's. */
export type MoneyProof = v.InferOutput<typeof MoneyProof>;
export const MoneyProof = v.object({
  /** Every balance transaction from before this time was compared. ISO 8601. */
  until: v.optional(v.string()),
  /** When it was last read to its end; and the month, `2026-10`, that was last read whole. */
  read_at: v.optional(v.string()),
  month: v.optional(v.string()),
  /** What the last reading found. */
  found: v.optional(MoneyFound),
  /** A reading that is not at its end: from which day on and until when it was cut off, and after which transaction. */
  reading: v.optional(
    v.object({
      month: v.optional(v.string()),
      day: v.string(),
      to: v.optional(v.string()),
      starting_after: v.optional(v.string()),
      found: MoneyFound,
    }),
  ),
  trouble: Trouble.trouble,
});

/**
 * What recovering a Space has come to, as a row of its settings: how far the events of its platform account were listed at
 * Stripe and stored here, and what the last pass found.
 */
export type Recovery = v.InferOutput<typeof Recovery>;
export const Recovery = v.object({
  space: v.string(),
  /** Whose events they are, `acct_…`, and of which mode: with a key of another account or mode it begins anew. */
  account: v.string(),
  livemode: v.boolean(),
  events: v.array(EventsCursor),
  /** From when to when Stripe does not list events any more that were never read. */
  out_of_reach: v.optional(Window),
  /** Events that an endpoint should have delivered, and did not within ten minutes, when they were last found. */
  undelivered: v.optional(
    v.object({ at: v.string(), events: v.number(), oldest: v.string(), endpoint: v.string() }),
  ),
  found: v.optional(Findings),
  /** Orders that were paid before shares were sent from here were put among what needs somebody. */
  old_orders_noted: v.optional(v.boolean()),
  money: v.optional(MoneyProof),
});

/** Every platform event from before this time that Stripe lists is stored (ISO 8601); undefined where none was read yet. */
export const completeUntil = ({ events }: Recovery): string | undefined =>
  events.map(({ until }) => until).sort()[0];

/** Undefined where the Space was never recovered. */
export const findRecovery = (space: string): Promise<Recovery | undefined> =>
  findRow(Recovery, configuration.settingsTable, recoveryKey(space));

/** One pass at a time saves it (recover_space.ts); of two all the same, the later: what it has read less is read again. */
export async function saveRecovery(recovery: Recovery): Promise<void> {
  await dynamodb.send(
    new PutCommand({
      TableName: configuration.settingsTable,
      Item: { ...recoveryKey(recovery.space), ...recovery },
    }),
  );
}
