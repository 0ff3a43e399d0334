import { requireRole } from "../../lib/access/require_role.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { showEvent } from "../../lib/pages/event_page.ts";
import { showFailures } from "../../lib/pages/failures_page.ts";
import { page } from "../../lib/pages/route.ts";

const one = page(requireRole("member", "manage"), "dry_run").handler(showEvent);
const failing = page(requireRole("member", "manage")).handler(showFailures);

/**
 * One event, with its payload and every run of its handler; or, where none is named, what fails of all, by cause. One
 * function does both, since a stack has room for so many.
 */
export const handler: HttpHandler = (request, context) =>
  (request.pathParameters?.event === undefined ? failing : one)(request, context);
