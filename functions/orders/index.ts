import { requireRole } from "../../lib/access/require_role.ts";
import { showOrders } from "../../lib/pages/orders_page.ts";
import { page } from "../../lib/pages/route.ts";

/** A Marketplace's Orders, newest first. */
export const handler = page(requireRole("representative")).handler(showOrders);
