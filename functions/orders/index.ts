import { requireRole } from "../../lib/access/require_role.ts";
import { LIST_QUERY } from "../../lib/http/pagination.ts";
import { showOrders } from "../../lib/pages/orders_page.ts";
import { page } from "../../lib/pages/route.ts";

/** A Marketplace's Orders, newest first. */
export const handler = page(
  requireRole("representative", "sell"),
  ...LIST_QUERY,
  "number",
  "status",
  "split",
  "from",
  "to",
).handler(showOrders);
