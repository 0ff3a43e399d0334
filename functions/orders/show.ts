import { page } from "../../lib/http/route.ts";
import { showOrder } from "../../lib/pages/order_page.ts";

/** One Order with its timeline. */
export const handler = page("representative", showOrder);
