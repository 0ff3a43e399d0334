import * as v from "valibot";
import type { Access } from "../access/authorize.ts";
import { basisOf, type Checks, findChecks } from "../doctor/kept_checks.ts";
import { ChecksJson, presentChecks } from "../doctor/present_checks.ts";
import { IsoTime } from "../http/answer_fields.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import {
  MarketplaceForRoleJson,
  presentMarketplace,
  presentMarketplaceForRole,
} from "../marketplaces/present_marketplace.ts";
import { representativesOf } from "../members/change_representatives.ts";
import { recentEventsOf } from "../stripe_events/recent_events_of.ts";
import { findRegistered } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import { spaceEditPath, utilityEditPath } from "../urls.ts";
import { findUtilityOfSpace } from "../utilities/find_utility_of_space.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";

const forMembers = v.object({
  webhook_secrets: v.pipe(
    v.array(v.object({ secret: v.string(), last_verified_at: v.nullable(IsoTime) })),
    v.description("When each, masked, last verified an event."),
  ),
  representatives: v.array(v.string()),
  last_event: v.nullable(v.object({ id: v.string(), type: v.string(), received_at: IsoTime })),
  ...ChecksJson.entries,
});

/** A Marketplace as its pages show it; to a representative without what is for members alone. */
export type WholeMarketplaceJson = v.InferOutput<typeof WholeMarketplaceJson>;
export const WholeMarketplaceJson = v.object({
  ...MarketplaceForRoleJson.entries,
  ...v.partial(forMembers).entries,
});

/** What a Marketplace's pages go by. Of our own tables alone: Stripe is asked by the button, and every hour. */
export type MarketplaceFacts = {
  /** The Space's, where it holds a key: without one it is as good as none. */
  utility: StripeUtility | undefined;
  /** Where a member saves the key, while there is none: on the Utility's page, or first makes a Utility, on the Space's. */
  keyPage: string | undefined;
  checks: Checks | undefined;
};

export async function readMarketplaceFacts(marketplace: Marketplace): Promise<MarketplaceFacts> {
  const { space } = marketplace;
  const [found, { version }] = await Promise.all([findUtilityOfSpace(space), findRegistered(space)]);
  const utility = found?.api_token ? found : undefined;
  const keyPage = found ? utilityEditPath(space, found.utility) : `${spaceEditPath(space)}#utilities`;
  return {
    utility,
    keyPage: utility ? undefined : keyPage,
    checks: await findChecks(marketplace, basisOf(marketplace, utility, version)),
  };
}

export async function presentWholeMarketplace(
  marketplace: Marketplace,
  role: Access["role"],
): Promise<WholeMarketplaceJson> {
  if (role === "representative") return presentMarketplaceForRole(marketplace, role);
  const [{ checks }, representatives, { last, verified }] = await Promise.all([
    readMarketplaceFacts(marketplace),
    representativesOf(marketplace),
    recentEventsOf(marketplace),
  ]);
  return {
    ...presentMarketplace(marketplace),
    webhook_secrets: verified,
    representatives,
    last_event: last ? { id: last.id, type: last.type, received_at: last.received_at } : null,
    ...presentChecks(checks),
  };
}
