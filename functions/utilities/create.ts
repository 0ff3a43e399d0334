import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpaceSettings } from "../../lib/pages/space_settings_page.ts";
import { utilityEditPath } from "../../lib/urls.ts";
import { createUtility, NewUtility } from "../../lib/utilities/create_utility.ts";

/** Adds a Stripe Utility to the Space, still without a key. */
export const handler = action(requireRole("member", "manage"), showFormAgain(showSpaceSettings)).handler(
  async ({ request, access: { space, actor } }) => {
    const utility = await createUtility(space, inputOf(request, NewUtility), actor);
    const to = utilityEditPath(space, utility);
    return {
      to,
      notice: { text: "The Utility was added. Now save its Stripe secret key." },
      json: { space, utility },
      status: 201,
    };
  },
);
