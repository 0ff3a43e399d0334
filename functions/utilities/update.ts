import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import { wakeHeldOrders } from "../../lib/money/wake_held_orders.ts";
import { action } from "../../lib/pages/route.ts";
import { showFormAgain } from "../../lib/pages/show_form_again.ts";
import { showUtility } from "../../lib/pages/utility_page.ts";
import { UtilityUpdate, updateUtility } from "../../lib/stripe_account/update_utility.ts";
import { utilityEditPath } from "../../lib/urls.ts";
import { getUtility } from "../../lib/utilities/get_utility.ts";
import { keyNotice } from "../../lib/utilities/key_notice.ts";
import { presentUtility } from "../../lib/utilities/present_utility.ts";

/** Saves a Utility's settings; a new key is tried at Stripe first. */
export const handler = action(requireRole("member"), showFormAgain(showUtility)).handler(
  async ({ request, access: { space, actor } }) => {
    const id = request.pathParameters?.utility ?? "";
    const update = inputOf(request, UtilityUpdate);
    const before = await getUtility(space, id);
    const { utility, platform } = await updateUtility(before, update, actor);
    if (platform) await wakeHeldOrders(space, ({ split }) => split?.reason?.startsWith("key_") ?? false);
    const notice = { text: platform ? keyNotice(before, platform) : "Saved." };
    return { to: utilityEditPath(space, id), notice, json: presentUtility(utility) };
  },
);
