import type { Request } from "../http/request.ts";
import { getMarketplace } from "../marketplaces/get_marketplace.ts";
import { monthOf } from "../statements/month.ts";
import { openStatementLink } from "../statements/statement_links.ts";
import { SHARED_STATEMENT_PATH } from "../urls.ts";
import { marketplaceStatement } from "./marketplace_statement_page.ts";
import type { LazyView } from "./route.ts";
import { spaceStatement } from "./space_statement_page.ts";

/** The one statement that a link shows. @throws {NotFound} where there is no such link */
export async function showSharedStatement(request: Request): Promise<LazyView> {
  const token = request.queryStringParameters?.link ?? "";
  const { space, room, marketplace, month: name } = await openStatementLink(token);
  const month = monthOf(name);
  const reader = { path: SHARED_STATEMENT_PATH, query: { link: token }, isShared: true };
  // Who has it learns of no other link.
  const common = { month, request, reader, links: [] };
  return room && marketplace
    ? await marketplaceStatement({
        marketplace: await getMarketplace({ space, room, marketplace }),
        ...common,
      })
    : await spaceStatement({ space, ...common });
}
