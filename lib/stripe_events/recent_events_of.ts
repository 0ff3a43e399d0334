import type { Marketplace } from "../marketplaces/marketplace.ts";
import { listEvents } from "./list_events.ts";
import { parseVerifiedWith, type StoredEvent, verifiedWith } from "./stored_event.ts";

/** The Space's newest events that are looked through. */
const RECENT = 100;

/** What a Marketplace's page tells of its events. */
export type RecentEvents = {
  last: StoredEvent | undefined;
  /** By masked secret, when it last verified an event (ISO 8601); null where it did not, recently. */
  verified: { secret: string; last_verified_at: string | null }[];
};

/** The Space's newest events, newest first. */
export const recentEvents = async (space: string): Promise<StoredEvent[]> =>
  (await listEvents({ space, limit: RECENT, next: undefined })).data;

/** Of the Space's newest events: when each of a Marketplace's secrets was last of use, and the Marketplace's newest. */
export function recentEventsOf(marketplace: Marketplace, events: StoredEvent[]): RecentEvents {
  const { marketplace: id, stripe_webhook_endpoint_secret_masked: secrets } = marketplace;
  const lastVerified = (secret: string) =>
    events.find((event) => event.verified_with === verifiedWith(id, secret));
  return {
    last: lastEventOf(marketplace, events),
    verified: secrets.map((secret) => ({
      secret,
      last_verified_at: lastVerified(secret)?.received_at ?? null,
    })),
  };
}

/** The newest that is a Marketplace's, by its URL or by what its handler found. */
export const lastEventOf = ({ marketplace }: Marketplace, events: StoredEvent[]): StoredEvent | undefined =>
  events.find(
    ({ marketplace: found, verified_with = "" }) =>
      found === marketplace || parseVerifiedWith(verified_with).marketplace === marketplace,
  );
