import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import { readSpace } from "../../lib/overview/read_space.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpaceSettings } from "../../lib/pages/space_settings_page.ts";
import { SpaceUpdate, updateSpace } from "../../lib/spaces/update_space.ts";
import { spaceEditPath } from "../../lib/urls.ts";

/** Saves the Space's branded domain: an operator's to do, since it takes a host that the whole service answers on. */
export const handler = action(requireRole("operator"), showFormAgain(showSpaceSettings)).handler(
  async ({ request, access }) => {
    const update = inputOf(request, SpaceUpdate);
    const { space } = await readSpace(access.space);
    await updateSpace(space, update, access.actor);
    const { branded_domain } = update;
    return {
      to: spaceEditPath(space.space),
      notice: { text: "Saved." },
      json: { space: space.space, branded_domain },
    };
  },
);
