import type { Access } from "../access/authorize.ts";
import type { Request } from "../http/request.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { getSpaceName } from "../spaces/get_space_name.ts";

/** Whose callback a request is about: a Marketplace's, or, where there is no `marketplace`, the Space's. */
export type CallbackOwner = {
  space: string;
  room?: string | undefined;
  marketplace?: string | undefined;
  name: string;
};

/** By the path, for whoever was let into its Space. @throws {NotFound} */
export async function callbackOwner(visit: { request: Request; access: Access }): Promise<CallbackOwner> {
  const { space } = visit.access;
  if (visit.request.pathParameters?.marketplace) {
    const { room, marketplace, name } = await marketplaceInPath(visit);
    return { space, room, marketplace, name };
  }
  return { space, name: await getSpaceName(space) };
}
