/** Spaces and Rooms are named by slugs, in paths and keys alike. */
export const isSlug = (text: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);

/** Utilities and Marketplaces are known by UUIDs that we mint. */
export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);

/** Stripe's ids of events, and nothing that could reach into another key. */
export const isEventId = (text: string): boolean => /^evt_[A-Za-z0-9_-]{1,200}$/.test(text);

/** Stripe's ids of accounts, of which none is a part of another key. */
export const isAccountId = (text: string): boolean => /^acct_[A-Za-z0-9_]{1,100}$/.test(text);

/** Stripe's ids of Checkout Sessions, which tell the mode. */
export const isCheckoutSessionId = (text: string): boolean =>
  /^cs_(?:test|live)_[A-Za-z0-9]{1,200}$/.test(text);

/** Where a Marketplace is: its Space, the Room it sells in, and its own id (a UUID). */
export type MarketplaceRef = { space: string; room: string; marketplace: string };
