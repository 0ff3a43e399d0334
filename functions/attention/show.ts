import { requireRole } from "../../lib/access/require_role.ts";
import { LIST_QUERY } from "../../lib/http/pagination.ts";
import { showAttention } from "../../lib/pages/attention_page.ts";
import { page } from "../../lib/pages/route.ts";

/** What in a Space needs somebody, the longest waiting first. */
export const handler = page(requireRole("member", "manage"), ...LIST_QUERY).handler(showAttention);
