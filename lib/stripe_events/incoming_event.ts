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

/** The event in a body; undefined where it is not JSON, or JSON that is no event (a thin `v2.core.event`, say). */
export function parseEvent(body: Buffer): IncomingEvent | undefined {
  try {
    return v.parse(IncomingEvent, JSON.parse(body.toString("utf8")));
  } catch {
    return undefined;
  }
}
