import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import { readSpace } from "../../lib/overview/read_space.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpace } from "../../lib/pages/space_page.ts";
import { SpaceUpdate, updateSpace } from "../../lib/spaces/update_space.ts";
import { spacePath } from "../../lib/urls.ts";

/** Saves the Space's branded domain: an operator's to do, since it takes a host that the whole service answers on. */
export const handler = action(requireRole("operator"), showFormAgain(showSpace)).handler(
  async ({ request, access }) => {
    const update = inputOf(request, SpaceUpdate);
    const { space } = await readSpace(access.space);
    await updateSpace(space, update, access.actor);
    const { branded_domain } = update;
    return {
      to: spacePath(space.space),
      notice: { text: "Saved." },
      json: { space: space.space, branded_domain },
    };
  },
);
