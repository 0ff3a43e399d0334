import { configuration } from "../configuration.ts";
import type { MarketplacePlace } from "./marketplace.ts";

/** Under which all routes of a Marketplace are. */
export const marketplacePath = ({ space, room, marketplace }: MarketplacePlace): string =>
  `/spaces/${space}/rooms/${room}/marketplaces/${marketplace}`;

/** Where `stripe listen --forward-to` sends the Marketplace's events. */
export const forwardUrl = (place: MarketplacePlace): string =>
  `${configuration.baseUrl}${marketplacePath(place)}/stripe_events`;

/** Where the endpoints that are registered for the whole Space deliver. */
export const spaceForwardUrl = (space: string): string =>
  `${configuration.baseUrl}/spaces/${space}/stripe_events`;

/** The command that forwards the Marketplace's events here: to be copied as it is. */
export function listenLine(place: MarketplacePlace): string {
  const { stripeApiBase } = configuration;
  // Hidden flags of the CLI, which only the simulator needs.
  const simulator = stripeApiBase ? `--api-base ${stripeApiBase.origin} --no-wss ` : "";
  return `stripe listen ${simulator}--all-snapshot --forward-to ${forwardUrl(place)}`;
}
