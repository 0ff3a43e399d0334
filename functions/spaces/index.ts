import { requireRole } from "../../lib/access/require_role.ts";
import { NAME_QUERY } from "../../lib/pages/name_filter.ts";
import { page } from "../../lib/pages/route.ts";
import { showSpaces } from "../../lib/pages/spaces_page.ts";

/** The Spaces and Marketplaces that whoever asks was let into. */
export const handler = page(requireRole("person", "manage"), ...NAME_QUERY).handler(showSpaces);
