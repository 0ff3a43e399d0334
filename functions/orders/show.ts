import { requireRole } from "../../lib/access/require_role.ts";
import { showOrder } from "../../lib/pages/order_page.ts";
import { page } from "../../lib/pages/route.ts";

/** One Order with its timeline. */
export const handler = page(requireRole("representative", "sell")).handler(showOrder);
