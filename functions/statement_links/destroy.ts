import { requireRole } from "../../lib/access/require_role.ts";
import { inputOf } from "../../lib/http/input.ts";
import { action } from "../../lib/pages/route.ts";
import { statementInPath } from "../../lib/statements/statement_in_path.ts";
import { revokeStatementLink, StatementLinkId } from "../../lib/statements/statement_links.ts";
import { statementPath } from "../../lib/urls.ts";

/** Revokes a link: from now on it shows nothing. */
export const handler = action(requireRole("representative")).handler(async (visit) => {
  const { of, ref } = await statementInPath(visit);
  const { id } = inputOf(visit.request, StatementLinkId);
  await revokeStatementLink(ref, id, visit.access.actor);
  return { to: statementPath(of, ref.month), notice: { text: "The link is revoked." }, json: { id } };
});
