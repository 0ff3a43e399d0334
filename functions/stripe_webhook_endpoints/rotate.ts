import { requireRole } from "../../lib/access/require_role.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showUtility } from "../../lib/pages/utility_page.ts";
import { presentEndpoints } from "../../lib/stripe_webhook_endpoints/present_endpoints.ts";
import { rotateEndpoints } from "../../lib/stripe_webhook_endpoints/rotate_endpoints.ts";
import { utilityEditPath } from "../../lib/urls.ts";
import { getUtility } from "../../lib/utilities/get_utility.ts";

/** Begins to replace the Space's webhook endpoints, and so their secrets. */
export const handler = action(requireRole("member", "manage"), showFormAgain(showUtility)).handler(
  async ({ request, access: { space, actor } }) => {
    const utility = await getUtility(space, request.pathParameters?.utility ?? "");
    const state = await rotateEndpoints(space, actor);
    if (state.state === "trouble") throw state.trouble;
    return {
      to: utilityEditPath(utility.space, utility.utility),
      notice: {
        text: "New secrets are live. The old ones go when the new ones have verified an event, and nothing is left for them to deliver.",
      },
      json: await presentEndpoints(space),
    };
  },
);
