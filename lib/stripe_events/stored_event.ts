import * as v from "valibot";
import { unpackHint } from "./hint.ts";

/**
 * The life of an event: `received` (its first run has the lease), then `succeeded` or `ignored`,
 * or `retrying` until one of them or `dead`, which waits for a human and a replay.
 */
export type EventStatus = v.InferOutput<typeof EventStatus>;
export const EventStatus = v.picklist(["received", "succeeded", "ignored", "retrying", "dead"]);

/** One run of a handler. A run without an outcome is running, or was lost with its process. */
export type Run = v.InferOutput<typeof Run>;
export const Run = v.object({
  /** ISO 8601; absent of an event's first run that has not ended, which began when the event was received. */
  at: v.optional(v.string()),
  /** Of that run only: storing the event began it. */
  first: v.optional(v.boolean()),
  ms: v.optional(v.number()),
  outcome: v.optional(v.picklist(["succeeded", "ignored", "retrying", "dead"])),
  detail: v.optional(v.string()),
  /** Of a run that failed: why, as a code without ids (see cause.ts), and Stripe's name of its request, `req_…`. */
  cause: v.optional(v.string()),
  request_id: v.optional(v.string()),
});

/** Bytes as the SDK reads them from a table, or as a stream record in a Lambda has them: base64. */
const Bytes = v.union([
  v.instance(Uint8Array),
  v.pipe(
    v.string(),
    v.transform((base64): Uint8Array => Buffer.from(base64, "base64")),
  ),
]);

/** An event's row as it is in the table: the dedupe key, the inbox and the log in one item. */
export const EventRow = v.object({
  pk: v.string(),
  space: v.string(),
  type: v.string(),
  /** Stripe's own time, s since the epoch. */
  created: v.number(),
  livemode: v.boolean(),
  /** The connected account that the event is of; absent for the platform's own. */
  account: v.optional(v.string()),
  /** The id of the object the event is about. Handlers re-fetch it, so they need no payload. */
  object: v.optional(v.string()),
  /** The Marketplace whose URL it came by, if any, and the masked secret that verified it; see {@link verifiedWith}. */
  verified_with: v.optional(v.string()),
  /** That no delivery brought it: it was put in from Stripe's list of events. */
  recovered: v.optional(v.boolean()),
  /** In a rotation: the same of the other endpoint of the Space, which sent it too. */
  also_verified_with: v.optional(v.string()),
  /** Whose it is by its object's metadata, from its receipt on; it never changes. */
  hint: v.optional(v.pipe(Bytes, v.transform(unpackHint))),
  /** Whose it is by what a handler found, be it nobody's; it stands above the hint. Absent until one has ended. */
  proved: v.optional(v.object({ marketplace: v.optional(v.string()), order: v.optional(v.string()) })),
  /** The body as Stripe sent it, deflated; absent where that is too large for an item. */
  payload: v.optional(Bytes),
  /** ISO 8601; when the payload was erased, with the buyer whom it named. */
  erased_at: v.optional(v.string()),
  status: EventStatus,
  /** ISO 8601. */
  received_at: v.string(),
  /** ISO 8601; absent until a replay. */
  replayed_at: v.optional(v.string()),
  runs: v.array(Run),
  /** Why it fails, and since when (see failing.ts); absent of one that does not, or is replayed. */
  failing: v.optional(v.string()),
  /** ISO 8601: until when the running run has its lease, or when the next is due; absent when finished. */
  due_at: v.optional(v.string()),
});

/**
 * The same, and by its name what the key says already: the event's id, `evt_…`. Its Marketplace and Order are what is
 * known of them: proved, or else hinted.
 */
export type StoredEvent = v.InferOutput<typeof StoredEvent>;
export const StoredEvent = v.pipe(
  EventRow,
  v.transform(({ pk, ...row }) => {
    const { marketplace, order } = row.proved ?? row.hint ?? {};
    return { ...row, id: pk.slice(row.space.length + 1), marketplace, order };
  }),
);

/** By which Marketplace's URL (none for the Space's), and with which secret, masked, an event was verified. */
export const verifiedWith = (marketplace: string | undefined, maskedSecret: string): string =>
  `${marketplace ?? ""} ${maskedSecret}`;

/** What {@link verifiedWith} wrote. */
export function parseVerifiedWith(verified: string): { marketplace: string | undefined; secret: string } {
  const [marketplace = "", secret = ""] = verified.split(" ");
  return { marketplace: marketplace || undefined, secret };
}

/** What a run may take, in ms, before another may take over. Lambda ends dispatch and retry well before. */
export const LEASE_MS = 90_000;
