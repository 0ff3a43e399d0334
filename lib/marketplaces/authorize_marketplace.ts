import { type Access, authorize, type RequiredRole } from "../access/authorize.ts";
import type { Request } from "../http/api.ts";
import { findMarketplace } from "./find_marketplace.ts";
import type { Marketplace } from "./marketplace.ts";

/** The Marketplace in the path, for whoever may act for its Space. @throws {Unauthorized}, {NotFound} */
export async function authorizeMarketplace(request: Request, need: RequiredRole): Promise<Marketplace> {
  return await marketplaceInPath({ request, access: await authorize(request, need) });
}

/** The Marketplace in the path, for whoever was let into its Space. @throws {NotFound} */
export async function marketplaceInPath({
  request,
  access: { space },
}: {
  request: Request;
  access: Access;
}): Promise<Marketplace> {
  const { room = "", marketplace = "" } = request.pathParameters ?? {};
  return await findMarketplace({ space, room, marketplace });
}
