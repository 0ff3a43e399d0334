import type { Access } from "../access/authorize.ts";
import type { Request } from "../http/request.ts";
import { getMarketplace } from "./get_marketplace.ts";
import type { Marketplace } from "./marketplace.ts";

/** The Marketplace in the path, for whoever was let into its Space. @throws {NotFound} */
export async function marketplaceInPath({
  request,
  access: { space },
}: {
  request: Request;
  access: Access;
}): Promise<Marketplace> {
  const { room = "", marketplace = "" } = request.pathParameters ?? {};
  return await getMarketplace({ space, room, marketplace });
}
