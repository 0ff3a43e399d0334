import type { MarketplaceRef } from "../marketplaces/marketplace.ts";
import { marketplacePath } from "../marketplaces/urls.ts";

/** Where the event log is, a Space's and a Marketplace's, and where one event is, which is of the Space. */
export const eventsPath = (space: string): string => `/spaces/${space}/stripe_events`;
export const marketplaceEventsPath = (place: MarketplaceRef): string =>
  `${marketplacePath(place)}/stripe_events`;
export const eventPath = (space: string, event: string): string => `${eventsPath(space)}/${event}`;
