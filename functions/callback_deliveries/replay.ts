import { requireRole } from "../../lib/access/require_role.ts";
import { replayDelivery } from "../../lib/callbacks/add_delivery.ts";
import { callbackOwner } from "../../lib/callbacks/callback_owner.ts";
import { presentDelivery } from "../../lib/callbacks/delivery.ts";
import { showCallback } from "../../lib/pages/callback_page.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { callbackPath } from "../../lib/urls.ts";

/** Has a callback called again with what it was told, or was not, by the function that calls it. */
export const handler = action(requireRole("member"), showFormAgain(showCallback)).handler(async (visit) => {
  const owner = await callbackOwner(visit);
  const id = visit.request.pathParameters?.delivery ?? "";
  const { delivery, url } = await replayDelivery(owner, id, visit.access.actor);
  return {
    to: `${callbackPath(owner)}#deliveries`,
    notice: { text: "It is on its way again. Look again in a moment." },
    json: presentDelivery(delivery, url),
    status: 201,
  };
});
