import * as v from "valibot";
import { checksRow } from "../dynamodb/keys.ts";
import { IsoTime } from "../http/answer_fields.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { findRegistered } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import { findUtilityOfSpace } from "../utilities/find_utility_of_space.ts";
import { allChecks, basisOf } from "./kept_checks.ts";

/** The checks that Stripe's events depend on, each of the Marketplace's own or, the same for all, of the Space's. */
const CHECKS = new Map([
  ["Webhook endpoints", "space"],
  ["Space's webhook secrets", "space"],
  ["Refused at the Space's URL", "space"],
  ["Marketplace's webhook secrets", "marketplace"],
  ["Refused at the Marketplace's URL", "marketplace"],
]);

/** What the last checks found wrong; what is of the Space, any of its Marketplaces' checks find. */
export type EndpointTrouble = {
  check: string;
  message: string;
  checked_at: string;
  isOfSpace: boolean;
  marketplace: Marketplace;
};

/** Where the last checks found that Stripe's events do not come through, the Space's first. Nobody is asked. */
export async function endpointTroubles(
  space: string,
  marketplaces: Marketplace[],
): Promise<EndpointTrouble[]> {
  const kept = await allChecks(space);
  if (kept.size === 0) return [];
  const [utility, { version }] = await Promise.all([findUtilityOfSpace(space), findRegistered(space)]);
  const found = marketplaces.flatMap((marketplace) => {
    const checks = kept.get(checksRow(marketplace));
    // What was changed since is nothing that they know of.
    if (checks?.basis !== basisOf(marketplace, utility?.api_token ? utility : undefined, version)) return [];
    return checks.findings.flatMap(({ check, state, message }) => {
      const of = CHECKS.get(check);
      const { checked_at } = checks;
      return of ? [{ check, state, message, checked_at, isOfSpace: of === "space", marketplace }] : [];
    });
  });
  const newestFirst = found.toSorted((one, other) => (one.checked_at > other.checked_at ? -1 : 1));
  const ofSpace = [...CHECKS.keys()].flatMap(
    (name) => newestFirst.find(({ check, isOfSpace }) => isOfSpace && check === name) ?? [],
  );
  return [...ofSpace, ...found.filter(({ isOfSpace }) => !isOfSpace)].filter(({ state }) => state === "bad");
}

/** The same as programs see it. */
export const EndpointTroubleJson = v.object({
  marketplace: v.pipe(v.nullable(v.string()), v.description("Null where it is the Space's.")),
  check: v.string(),
  says: v.pipe(v.string(), v.description("A sentence for people, with what to do.")),
  checked_at: IsoTime,
});

export const presentEndpointTrouble = ({
  check,
  message,
  checked_at,
  isOfSpace,
  marketplace,
}: EndpointTrouble): v.InferOutput<typeof EndpointTroubleJson> => ({
  marketplace: isOfSpace ? null : marketplace.marketplace,
  check,
  says: message,
  checked_at,
});
