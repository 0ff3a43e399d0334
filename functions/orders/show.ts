import { requireRole } from "../../lib/access/require_role.ts";
import { showOrder } from "../../lib/pages/order_page.ts";
import { REFUND_QUERY } from "../../lib/pages/refund_section.ts";
import { page } from "../../lib/pages/route.ts";

/** One Order with its money and its timeline. */
export const handler = page(requireRole("representative", "sell"), ...REFUND_QUERY).handler(showOrder);
