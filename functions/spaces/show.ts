import { requireRole } from "../../lib/access/require_role.ts";
import { page } from "../../lib/pages/route.ts";
import { showSpace } from "../../lib/pages/space_page.ts";

/** A Space: its Utilities, Marketplaces, members and API keys. */
export const handler = page(requireRole("member", "manage")).handler(showSpace);
