import * as v from "valibot";
import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";
import { resealAll } from "../../lib/secrets/reseal_all.ts";

/** What the last row may still need, in ms, when no further one is begun: KMS's time and the table's, and some to spare. */
const LAST_ROW_MS = 15_000;

const Input = v.object({ next: v.optional(v.string()) });

/** An operator invokes it after a change of `SEALING_KMS_KEY`; with `{ "next": … }` of its answer until that is null. */
export const handler = invocation().handler(async (event, context) =>
  resealAll(after(now(), context.getRemainingTimeInMillis() - LAST_ROW_MS), v.parse(Input, event).next),
);
