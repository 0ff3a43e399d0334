import { requireRole } from "../../lib/access/require_role.ts";
import { httpError } from "../../lib/errors.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showUtility } from "../../lib/pages/utility_page.ts";
import { ensureEndpoints } from "../../lib/stripe_webhook_endpoints/ensure_endpoints.ts";
import { finishRotation } from "../../lib/stripe_webhook_endpoints/finish_rotation.ts";
import { presentEndpoints } from "../../lib/stripe_webhook_endpoints/present_endpoints.ts";
import { utilityEditPath } from "../../lib/urls.ts";
import { getUtility } from "../../lib/utilities/get_utility.ts";

/** Registers the Space's webhook endpoints, or sees that they are as they should be; retires what was replaced, and removes what can go. */
export const handler = action(requireRole("member", "manage"), showFormAgain(showUtility)).handler(
  async ({ request, access: { space, actor } }) => {
    const utility = await getUtility(space, request.pathParameters?.utility ?? "");
    await finishRotation(space);
    const state = await ensureEndpoints(space, actor);
    if (state.state === "trouble") throw state.trouble;
    if (state.state === "unreachable") throw httpError("not_reachable");
    return {
      to: utilityEditPath(utility.space, utility.utility),
      notice: { text: "The webhook endpoints are registered." },
      json: await presentEndpoints(space),
    };
  },
);
