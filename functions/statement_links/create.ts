import { requireRole } from "../../lib/access/require_role.ts";
import { action } from "../../lib/pages/route.ts";
import { statementInPath } from "../../lib/statements/statement_in_path.ts";
import { makeStatementLink } from "../../lib/statements/statement_links.ts";
import { sharedStatementUrl, statementPath } from "../../lib/urls.ts";

/** Makes a link to the statement in the path; it is shown this once. */
export const handler = action(requireRole("representative")).handler(async (visit) => {
  const { of, ref } = await statementInPath(visit);
  const link = sharedStatementUrl(await makeStatementLink(ref, visit.access.actor));
  return { to: statementPath(of, ref.month), notice: { link }, json: { link }, status: 201 };
});
