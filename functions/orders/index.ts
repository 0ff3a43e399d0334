import { showOrders } from "../../lib/pages/orders_page.ts";
import { page } from "../../lib/pages/route.ts";

/** A Marketplace's Orders, newest first. */
export const handler = page("representative", showOrders);
