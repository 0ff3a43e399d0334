import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";
import { recoverSpaces } from "../../lib/recovery/recover_spaces.ts";

/** What the last Spaces may still need, in ms, when no further ones are begun. */
const LAST_SPACES_MS = 75_000;

/** Every hour: puts in what Stripe has and we do not, and says how complete each Space is. */
export const handler = invocation().handler(async (_schedule, context) => ({
  spaces: await recoverSpaces(after(now(), context.getRemainingTimeInMillis() - LAST_SPACES_MS)),
}));
