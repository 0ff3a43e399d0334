import type { Marketplace } from "../marketplaces/marketplace.ts";
import { isOf, newestEvents } from "./list_events.ts";
import { type StoredEvent, verifiedWith } from "./stored_event.ts";

/** What a Marketplace's page tells of its events. */
export type RecentEvents = {
  /** The newest of its own log. */
  last: StoredEvent | undefined;
  /** By masked secret, when it last verified an event (ISO 8601); null where it did not, of the Space's newest. */
  verified: { secret: string; last_verified_at: string | null }[];
};

/** Reads the Space's log until the Marketplace's last event is found; where others have many, that is not the first page. */
export async function recentEventsOf(marketplace: Marketplace): Promise<RecentEvents> {
  const { space, marketplace: id, stripe_webhook_endpoint_secret_masked: secrets } = marketplace;
  let newest: StoredEvent[] | undefined;
  let last: StoredEvent | undefined;
  for await (const events of newestEvents(space)) {
    newest ??= events;
    last = lastEventOf(marketplace, events);
    if (last) break;
  }
  const lastVerified = (secret: string) =>
    newest?.find((event) => event.verified_with === verifiedWith(id, secret));
  return {
    last,
    verified: secrets.map((secret) => ({
      secret,
      last_verified_at: lastVerified(secret)?.received_at ?? null,
    })),
  };
}

/** The newest of a Marketplace's own, of a Space's events, newest first. */
export const lastEventOf = (marketplace: Marketplace, events: StoredEvent[]): StoredEvent | undefined =>
  events.find((event) => isOf(event, marketplace));
