import { inputOf } from "../../lib/http/input.ts";
import { action } from "../../lib/http/route.ts";
import { showSpace } from "../../lib/pages/space_page.ts";
import { readSpace } from "../../lib/spaces/read_space.ts";
import { SpaceUpdate, updateSpace } from "../../lib/spaces/update_space.ts";

/** Saves the Space's branded domain. */
export const handler = action(
  "member",
  async ({ request, access }) => {
    const update = inputOf(request, SpaceUpdate);
    const { space } = await readSpace(access.space);
    await updateSpace(space, update, access.actor);
    const { branded_domain } = update;
    return {
      to: `/spaces/${space.space}`,
      notice: { text: "Saved." },
      json: { space: space.space, branded_domain },
    };
  },
  showSpace,
);
