import { requireRole } from "../../lib/access/require_role.ts";
import { page } from "../../lib/pages/route.ts";
import { showSplitPreview } from "../../lib/pages/split_preview_page.ts";

/** What a look at an Order's money would do now. Nothing is moved. */
export const handler = page(requireRole("member", "manage")).handler(showSplitPreview);
