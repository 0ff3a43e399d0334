import { requireRole } from "../../lib/access/require_role.ts";
import { callbackOwner } from "../../lib/callbacks/callback_owner.ts";
import { CallbackChange, changeCallback } from "../../lib/callbacks/change_callback.ts";
import { presentCallback } from "../../lib/callbacks/present_callback.ts";
import { inputOf } from "../../lib/http/input.ts";
import { showCallback } from "../../lib/pages/callback_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { callbackPath } from "../../lib/urls.ts";

/** Sets up a callback, changes it or its secrets, or removes it. A secret that was made is shown this once. */
export const handler = action(requireRole("member"), showFormAgain(showCallback)).handler(async (visit) => {
  const owner = await callbackOwner(visit);
  const change = inputOf(visit.request, CallbackChange);
  const callback_secret = await changeCallback(owner, change, visit.access.actor);
  return {
    to: callbackPath(owner),
    notice: { text: change.remove ? "The callback is removed." : "Saved.", callback_secret },
    json: { ...(await presentCallback(owner)), callback_secret: callback_secret ?? null },
  };
});
