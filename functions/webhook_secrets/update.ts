import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpaceSettings } from "../../lib/pages/space_settings_page.ts";
import {
  AddedSecretsChange,
  changeAddedSecrets,
} from "../../lib/stripe_webhook_endpoints/change_added_secrets.ts";
import { spaceEditPath } from "../../lib/urls.ts";

/** Adds or retires a webhook secret of the Space's own URL: a `stripe listen`'s. */
export const handler = action(requireRole("member", "manage"), showFormAgain(showSpaceSettings)).handler(
  async ({ request, access: { space, actor } }) => {
    const change = inputOf(request, AddedSecretsChange);
    const added_webhook_secrets = await changeAddedSecrets(space, change, actor);
    return { to: spaceEditPath(space), notice: { text: "Saved." }, json: { added_webhook_secrets } };
  },
);
