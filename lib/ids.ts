/** Spaces and Rooms are named by slugs, in paths and keys alike. */
export const isSlug = (text: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);

/** Utilities and Marketplaces are known by UUIDs that we mint. */
export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);

/** Orders are known by ULIDs that we mint. */
export const isUlid = (text: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);

/** Stripe's ids of events, and nothing that could reach into another key. */
export const isEventId = (text: string): boolean => /^evt_[A-Za-z0-9_-]{1,200}$/.test(text);

/** Stripe's ids of accounts, of which none is a part of another key. */
export const isAccountId = (text: string): boolean => /^acct_[A-Za-z0-9_]{1,100}$/.test(text);

/** Stripe's ids of Checkout Sessions, which tell the mode. */
export const isCheckoutSessionId = (text: string): boolean =>
  /^cs_(?:test|live)_[A-Za-z0-9]{1,200}$/.test(text);

/**
 * An email address as HTML has it (HTML Standard, "valid email address"), before the `@` with no empty part between dots,
 * and after it with at least two names, the last of them beginning with a letter. ASCII alone: of what passes here, lower
 * case makes no other person's address, as it would of U+212A, whose lower case is `k`. A domain in other letters is
 * written as `xn--…`.
 */
export const isEmail = (text: string): boolean =>
  text.length <= 254 &&
  /^(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?\.)+[A-Za-z](?:[A-Za-z\d-]{0,61}[A-Za-z\d])$/.test(
    text,
  );

/** The name of a host, of at least two names, the last of them beginning with a letter; ASCII alone, as {@link isEmail} is. */
export const isHost = (text: string): boolean =>
  text.length <= 253 &&
  /^(?:[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?\.)+[A-Za-z](?:[A-Za-z\d-]{0,61}[A-Za-z\d])$/.test(text);

/** A {@link isHost host}, or a wildcard of hosts, such as `*.shops.example.com`. */
export const isHostOrWildcard = (text: string): boolean => isHost(text.replace(/^\*\./, ""));

/** Whether a name is a host's own, or a wildcard of it. A wildcard stands for one label. */
export const coversHost = (name: string, host: string): boolean =>
  name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1));

/** Where a Marketplace is: its Space, the Room it sells in, and its own id (a UUID). */
export type MarketplaceRef = { space: string; room: string; marketplace: string };
