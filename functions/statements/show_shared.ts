import { LIST_QUERY } from "../../lib/http/pagination.ts";
import { sharedPage } from "../../lib/pages/route.ts";
import { showSharedStatement } from "../../lib/pages/shared_statement_page.ts";
import { STATEMENT_QUERY } from "../../lib/pages/statement_parts.ts";

/** The statement that a link shows, to whoever has the link. */
export const handler = sharedPage("link", ...LIST_QUERY, ...STATEMENT_QUERY).handler(showSharedStatement);
