import { requireRole } from "../../lib/access/require_role.ts";
import { page } from "../../lib/pages/route.ts";
import { showSpaces } from "../../lib/pages/spaces_page.ts";

/** The Spaces and Marketplaces that whoever asks was let into. */
export const handler = page(requireRole("person", "manage")).handler(showSpaces);
