import { requireRole } from "../../lib/access/require_role.ts";
import { addApiKey, NewApiKey } from "../../lib/api_keys/change_api_keys.ts";
import { inputOf } from "../../lib/http/input.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpaceSettings } from "../../lib/pages/space_settings_page.ts";
import { spaceEditPath } from "../../lib/urls.ts";

/** Makes an API key of the Space; it is shown this once. */
export const handler = action(requireRole("member"), showFormAgain(showSpaceSettings)).handler(
  async ({ request, access }) => {
    const input = inputOf(request, NewApiKey);
    const api_key = await addApiKey(access.space, input, access.actor);
    const notice = { text: `The API key ${input.api_key_name} was created.`, api_key };
    return { to: spaceEditPath(access.space), notice, json: { api_key }, status: 201 };
  },
);
