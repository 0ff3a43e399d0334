import { requireRole } from "../../lib/access/require_role.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { NAME_QUERY } from "../../lib/pages/name_filter.ts";
import { page } from "../../lib/pages/route.ts";
import { showSpace } from "../../lib/pages/space_page.ts";
import { showSpaceSettings } from "../../lib/pages/space_settings_page.ts";

const overview = page(requireRole("member", "manage"), ...NAME_QUERY).handler(showSpace);
const settings = page(requireRole("member", "manage")).handler(showSpaceSettings);

/** A Space: its overview, and its settings. */
export const handler: HttpHandler = (request, context) =>
  (request.routeKey.endsWith("/edit") ? settings : overview)(request, context);
