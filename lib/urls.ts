import { configuration } from "./configuration.ts";
import type { MarketplaceRef } from "./ids.ts";

/** Every path of ours that a page, a redirect or Stripe is told, on one page. `serverless.yml` has the routes. */
export const spacePath = (space: string): string => `/spaces/${space}`;
/** Its settings. */
export const spaceEditPath = (space: string): string => `${spacePath(space)}/edit`;

/** Under which all routes of a Utility are, and its page. */
export const utilityPath = (space: string, utility: string): string =>
  `${spacePath(space)}/utilities/${utility}`;
export const utilityEditPath = (space: string, utility: string): string =>
  `${utilityPath(space, utility)}/edit`;

/** A Marketplace's page, under which all of its routes are; and its settings. */
export const marketplacePath = ({ space, room, marketplace }: MarketplaceRef): string =>
  `${spacePath(space)}/rooms/${room}/marketplaces/${marketplace}`;
export const marketplaceEditPath = (ref: MarketplaceRef): string => `${marketplacePath(ref)}/edit`;

/** A Marketplace's callback, or, without one, the Space's; and its deliveries, each of which can be replayed. */
type CallbackOwnerRef = { space: string; room?: string | undefined; marketplace?: string | undefined };
export const callbackPath = ({ space, room, marketplace }: CallbackOwnerRef): string =>
  `${room && marketplace ? marketplacePath({ space, room, marketplace }) : spacePath(space)}/callback`;
export const callbackDeliveriesPath = (ref: CallbackOwnerRef): string => `${callbackPath(ref)}/deliveries`;

/** Where a member places an Order to try it out. */
export const testOrdersPath = (ref: MarketplaceRef): string => `${marketplacePath(ref)}/test_orders`;

export const checksPath = (ref: MarketplaceRef): string => `${marketplacePath(ref)}/checks`;

export const ordersPath = (ref: MarketplaceRef): string => `${marketplacePath(ref)}/orders`;
export const orderPath = (ref: MarketplaceRef, order: string): string => `${ordersPath(ref)}/${order}`;

export const splitPath = (ref: MarketplaceRef, order: string): string => `${orderPath(ref, order)}/split`;
export const refundsPath = (ref: MarketplaceRef, order: string): string => `${orderPath(ref, order)}/refunds`;
/** Where one of a Marketplace's Order Notifications ends them, by what a mail to them brought; on our own host. */
export const unsubscribePath = (ref: MarketplaceRef, token: string): string =>
  `${marketplacePath(ref)}/order_notifications/unsubscribe?${new URLSearchParams({ token })}`;

/** What of a Space an id leads to. */
export const searchPath = (space: string, q?: string): string =>
  `${spacePath(space)}/search${q === undefined ? "" : `?${new URLSearchParams({ q })}`}`;

/** Whom a Space has erased. */
export const erasuresPath = (space: string): string => `${spacePath(space)}/erasures`;

/** What in a Space needs somebody. */
export const attentionPath = (space: string): string => `${spacePath(space)}/attention`;

/** The months of a Space, or of one of its Marketplaces, and one of them. */
export const statementsPath = (of: { space: string } | MarketplaceRef): string =>
  `${"marketplace" in of ? marketplacePath(of) : spacePath(of.space)}/statements`;
export const statementPath = (of: { space: string } | MarketplaceRef, month: string): string =>
  `${statementsPath(of)}/${month}`;
export const statementLinksPath = (of: { space: string } | MarketplaceRef, month: string): string =>
  `${statementPath(of, month)}/links`;
/** Shows a statement to who has no account. The token is in the query, since paths stand in the access log. */
export const sharedStatementUrl = (token: string): string =>
  `${configuration.baseUrl}${SHARED_STATEMENT_PATH}?${new URLSearchParams({ link: token })}`;
export const SHARED_STATEMENT_PATH = "/statement";

/** The event log, a Space's and a Marketplace's, and one event, which belongs to the Space. */
export const eventsPath = (space: string): string => `${spacePath(space)}/stripe_events`;
export const marketplaceEventsPath = (ref: MarketplaceRef): string => `${marketplacePath(ref)}/stripe_events`;
export const eventPath = (space: string, event: string): string => `${eventsPath(space)}/${event}`;

/** What of a Space's events fails, by cause. */
export const failuresPath = (space: string): string => `${spacePath(space)}/failures`;

/** The replays of a Space, where one of such events is previewed and begun; and one of them. */
export const replaysPath = (space: string, filter: Record<string, string> = {}): string => {
  const query = new URLSearchParams(filter).toString();
  return `${spacePath(space)}/replays${query && `?${query}`}`;
};
export const replayPath = (space: string, replay: string): string => `${replaysPath(space)}/${replay}`;

/** Where `stripe listen --forward-to` sends the Marketplace's events. */
export const forwardUrl = (ref: MarketplaceRef): string =>
  `${configuration.baseUrl}${marketplaceEventsPath(ref)}`;

/** Where the endpoints that are registered for the whole Space deliver. */
export const spaceForwardUrl = (space: string): string => `${configuration.baseUrl}${eventsPath(space)}`;

/** Where a person signs in who then goes on to `to`, a path of ours. Always on our own host, where the issuer sends back to. */
export const signInUrl = (to: string): string =>
  `${configuration.baseUrl}/session/new?${new URLSearchParams({ to })}`;

/** Where Stripe's dashboard shows an object of the platform's account; with the simulator, its own page. */
export function stripeUrl(id: string, livemode: boolean): string {
  const { stripeApiBase } = configuration;
  if (stripeApiBase) return stripeApiBase.origin;
  const dashboard = `https://dashboard.stripe.com/${livemode ? "" : "test/"}`;
  if (id.startsWith("tr_") || id.startsWith("trr_")) return `${dashboard}connect/transfers/${id}`;
  if (id.startsWith("acct_")) return `${dashboard}connect/accounts/${id}`;
  if (id.startsWith("po_")) return `${dashboard}payouts/${id}`;
  return `${dashboard}payments/${id}`;
}
