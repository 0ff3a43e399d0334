import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpaces } from "../../lib/pages/spaces_page.ts";
import { createSpace, NewSpace } from "../../lib/spaces/create_space.ts";
import { spacePath } from "../../lib/urls.ts";

/** Makes a Space. */
export const handler = action(requireRole("operator"), showFormAgain(showSpaces)).handler(
  async ({ request, access }) => {
    const { space, name } = inputOf(request, NewSpace);
    await createSpace({ space, name }, access.actor);
    return {
      to: spacePath(space),
      notice: { text: `The Space ${name} was created.` },
      json: { space, name },
      status: 201,
    };
  },
);
