import { page } from "../../lib/http/route.ts";
import { showOrders } from "../../lib/pages/orders_page.ts";

/** A Marketplace's Orders, newest first. */
export const handler = page("representative", showOrders);
