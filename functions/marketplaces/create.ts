import { requireRole } from "../../lib/access/require_role.ts";
import { NotFound } from "../../lib/errors.ts";
import { inputOf } from "../../lib/http/input.ts";
import { isSlug } from "../../lib/ids.ts";
import { createMarketplace, NewMarketplace } from "../../lib/marketplaces/create_marketplace.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showSpace } from "../../lib/pages/space_page.ts";
import { marketplaceEditPath } from "../../lib/urls.ts";

/** Adds a Marketplace to a Room of the Space. */
export const handler = action(requireRole("member", "manage"), showFormAgain(showSpace)).handler(
  async ({ request, access: { space, actor } }) => {
    const { marketplace_name, room = request.pathParameters?.room ?? "" } = inputOf(request, NewMarketplace);
    if (!isSlug(room)) throw new NotFound();
    const place = await createMarketplace(space, room, marketplace_name, actor);
    const to = marketplaceEditPath(place);
    return {
      to,
      notice: { text: `The Marketplace ${marketplace_name} was created.` },
      json: place,
      status: 201,
    };
  },
);
