import type { Access } from "../access/authorize.ts";
import type { Request } from "../http/request.ts";
import type { MarketplaceRef } from "../ids.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { monthOf } from "./month.ts";
import type { StatementRef } from "./statement_links.ts";

/** Which statement a path names, for whoever was let in: a Marketplace's, or the Space's. @throws {NotFound} {ValidationError} */
export async function statementInPath(visit: {
  request: Request;
  access: Access;
}): Promise<{ of: { space: string } | MarketplaceRef; ref: StatementRef }> {
  const { request, access } = visit;
  const { name: month } = monthOf(request.pathParameters?.month);
  if (request.pathParameters?.marketplace === undefined)
    return { of: { space: access.space }, ref: { space: access.space, month } };
  const { space, room, marketplace } = await marketplaceInPath(visit);
  return { of: { space, room, marketplace }, ref: { space, room, marketplace, month } };
}
