import type { Marketplace } from "../marketplaces/marketplace.ts";
import { listEvents } from "./list_events.ts";
import { type StoredEvent, verifiedWith } from "./stored_event.ts";

/** The Space's newest events that are looked through. */
const RECENT = 100;

/** What a Marketplace's page tells of its events. */
export type RecentEvents = {
  last: StoredEvent | undefined;
  /** By masked secret, when it last verified an event (ISO 8601); null where it did not, recently. */
  verified: { secret: string; last_verified_at: string | null }[];
};

/** A Marketplace's newest event, by its URL or by what its handler found, and when each of its secrets was last of use. */
export async function recentEventsOf(marketplace: Marketplace): Promise<RecentEvents> {
  const { space, marketplace: id, stripe_webhook_endpoint_secret_masked: secrets } = marketplace;
  const { data } = await listEvents({ space, limit: RECENT, next: undefined });
  const isOurs = (event: StoredEvent): boolean =>
    event.marketplace === id || (event.verified_with?.startsWith(`${id} `) ?? false);
  const lastVerified = (secret: string) =>
    data.find((event) => event.verified_with === verifiedWith(id, secret));
  return {
    last: data.find(isOurs),
    verified: secrets.map((secret) => ({
      secret,
      last_verified_at: lastVerified(secret)?.received_at ?? null,
    })),
  };
}
