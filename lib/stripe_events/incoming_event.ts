import * as v from "valibot";
import { isAccountId, isEventId } from "../ids.ts";

/** Of an object's metadata, what may hint whose it is; what is there else is somebody else's. */
const Text = v.fallback(v.optional(v.string()), undefined);
const Metadata = v.object({ marketplace: Text, order: Text });

/** What we need of an event that Stripe posts (Stripe API, "The Event object"); the rest is kept as it came. */
export type IncomingEvent = v.InferOutput<typeof IncomingEvent>;
const IncomingEvent = v.object({
  object: v.literal("event"),
  id: v.pipe(v.string(), v.check(isEventId)),
  type: v.pipe(v.string(), v.regex(/^[a-z0-9_.]{1,100}$/)),
  created: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99_999_999_999)),
  livemode: v.boolean(),
  api_version: v.optional(v.nullable(v.string()), null),
  account: v.pipe(
    v.nullish(v.pipe(v.string(), v.check(isAccountId))),
    v.transform((account) => account ?? undefined),
  ),
  data: v.object({
    object: v.object({
      id: v.pipe(
        v.nullish(v.pipe(v.string(), v.maxLength(255))),
        v.transform((id) => id || undefined),
      ),
      metadata: v.fallback(v.optional(Metadata), undefined),
    }),
  }),
});

/**
 * A thin event, which names an object and brings none of it (Stripe API v2, "The Event object"): an event destination sends
 * them where its payload style is thin. No type of a snapshot event begins with an API's version, as theirs do.
 */
const ThinEvent = v.pipe(
  v.object({
    object: v.literal("v2.core.event"),
    id: IncomingEvent.entries.id,
    type: v.pipe(v.string(), v.regex(/^v\d+\.[a-z0-9_.[\]]{1,200}$/)),
    created: v.pipe(
      v.string(),
      v.transform((iso) => Math.floor(Date.parse(iso) / 1000)),
      IncomingEvent.entries.created,
    ),
    livemode: IncomingEvent.entries.livemode,
    /** `acct_…`, where it is a connected account's; of an organization it says more. */
    context: v.nullish(v.string()),
    related_object: v.nullish(IncomingEvent.entries.data.entries.object),
  }),
  v.transform(
    ({ id, type, created, livemode, context, related_object }): IncomingEvent => ({
      object: "event",
      id,
      type,
      created,
      livemode,
      api_version: null,
      account: context && isAccountId(context) ? context : undefined,
      data: { object: { id: related_object?.id } },
    }),
  ),
);

/** What the checks post to ourselves: signed right, and no event, so that it is verified and then refused, and stored nowhere. */
export const SELF_TEST = JSON.stringify({ self_test: true });

/** Whether a type is that of a thin event. */
export const isThin = (type: string): boolean => /^v\d+\./.test(type);

/** The event in a body, be it thin; undefined where it is not JSON, or JSON that is no event. */
export function parseEvent(body: Buffer): IncomingEvent | undefined {
  try {
    const json: unknown = JSON.parse(body.toString("utf8"));
    const snapshot = v.safeParse(IncomingEvent, json);
    return snapshot.success ? snapshot.output : v.parse(ThinEvent, json);
  } catch {
    return undefined;
  }
}
