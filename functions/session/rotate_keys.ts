import * as v from "valibot";
import { invocation } from "../../lib/http/invocation.ts";
import { rotateSessionKeys } from "../../lib/session/rotate_session_keys.ts";

/** A schedule's event has neither. */
const Options = v.pipe(
  v.object({ now: v.optional(v.boolean(), false), forget: v.optional(v.boolean(), false) }),
  v.check(({ now, forget }) => now || !forget, "`forget` goes with `now`"),
);

/** Every hour, and after each deploy; or an operator: `{ "now": true }`, and with `"forget": true` everybody is signed out. */
export const handler = invocation().handler(async (event) => rotateSessionKeys(v.parse(Options, event)));
