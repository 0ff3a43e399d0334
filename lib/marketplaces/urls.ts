import { configuration } from "../configuration.ts";
import type { MarketplacePlace } from "./marketplace.ts";

/** Where `stripe listen --forward-to` sends the Marketplace's events. */
export const forwardUrl = ({ space, room, marketplace }: MarketplacePlace): string =>
  `${configuration.baseUrl}/spaces/${space}/rooms/${room}/marketplaces/${marketplace}/stripe_events`;

/** Where the endpoints that are registered for the whole Space deliver. */
export const spaceForwardUrl = (space: string): string =>
  `${configuration.baseUrl}/spaces/${space}/stripe_events`;
