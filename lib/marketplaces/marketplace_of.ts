import { authorize, type Need } from "../access/authorize.ts";
import type { Request } from "../http/api.ts";
import { findMarketplace } from "./find_marketplace.ts";
import type { Marketplace } from "./marketplace.ts";

/** The Marketplace in the path, for whoever may act for its Space. @throws {Unauthorized}, {NotFound} */
export async function marketplaceOf(request: Request, need: Need): Promise<Marketplace> {
  const { space } = await authorize(request, need);
  const { room = "", marketplace = "" } = request.pathParameters ?? {};
  return await findMarketplace({ space, room, marketplace });
}
