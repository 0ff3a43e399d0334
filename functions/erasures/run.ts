import type { Context } from "aws-lambda";
import * as v from "valibot";
import { requireRole } from "../../lib/access/require_role.ts";
import { after, now } from "../../lib/clock.ts";
import { ErasureRequest, eraseBuyer } from "../../lib/erasure/erase_buyer.ts";
import { eraseInSpaces } from "../../lib/erasure/erase_in_spaces.ts";
import { erasureNotice } from "../../lib/erasure/erasure_notice.ts";
import { inputOf } from "../../lib/http/input.ts";
import { invocation } from "../../lib/http/invocation.ts";
import type { Request } from "../../lib/http/request.ts";
import { showErasures } from "../../lib/pages/erasures_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { erasuresPath } from "../../lib/urls.ts";

/** When a request begins nothing more, in ms; API Gateway waits for 30 s. */
const ENOUGH_MS = 15_000;
/** What the last Spaces may still need, in ms, when no further ones are begun. */
const LAST_SPACES_MS = 18_000;

const ask = action(requireRole("member"), showFormAgain(showErasures)).handler(
  async ({ request, access: { space, actor } }) => {
    const { email } = inputOf(request, ErasureRequest);
    const erased = await eraseBuyer(space, email, actor, after(now(), ENOUGH_MS));
    return { to: erasuresPath(space), notice: { text: erasureNotice(erased) }, json: erased };
  },
);

/** A schedule's event has none. With `again` the next runs read everything anew, as after an older table was restored. */
const Options = v.object({ again: v.optional(v.boolean(), false) });

const goOn = invocation().handler(async (event, context) => ({
  spaces: await eraseInSpaces(
    after(now(), context.getRemainingTimeInMillis() - LAST_SPACES_MS),
    v.parse(Options, event).again,
  ),
}));

/**
 * Erases a buyer, for a member who asks; and every ten minutes, or for an operator, goes on with what was asked. One function does
 * both, since no other may write what it writes.
 */
export const handler = (event: Request | Record<string, unknown>, context: Context) =>
  isRequest(event) ? ask(event, context) : goOn(event, context);

const isRequest = (event: Request | Record<string, unknown>): event is Request => "requestContext" in event;
