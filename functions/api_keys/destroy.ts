import { requireRole } from "../../lib/access/require_role.ts";
import { ApiKeyId, removeApiKey } from "../../lib/api_keys/change_api_keys.ts";
import { inputOf } from "../../lib/http/input.ts";
import { action } from "../../lib/pages/route.ts";
import { spaceEditPath } from "../../lib/urls.ts";

/** Removes an API key: from now on it opens nothing. */
export const handler = action(requireRole("member")).handler(async ({ request, access }) => {
  const { id } = inputOf(request, ApiKeyId);
  await removeApiKey(access.space, { id }, access.actor);
  return { to: spaceEditPath(access.space), notice: { text: "The API key was removed." }, json: { id } };
});
