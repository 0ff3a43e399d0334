import type { MarketplaceRef } from "../ids.ts";

/** Every key of the three tables on one page: what stands in which partition, and under which name. */

// ---- settings: what belongs to a Space shares its partition

export const spaceKey = (space: string): string => `SPACE#${space}`;

/** The row of the Space itself; it also holds the secrets of the endpoints that are registered for the Space. */
export const SPACE_ROW = "SPACE";
export const spaceRowKey = (space: string) => ({ pk: spaceKey(space), sk: SPACE_ROW });

export const MEMBER_PREFIX = "MEMBER#";
export const memberRow = (email: string): string => `${MEMBER_PREFIX}${email}`;
export const representativeRow = (marketplace: string, email: string): string =>
  `REPRESENTATIVE#${marketplace}#${email}`;

export const API_KEY_PREFIX = "API_KEY#";
/** @param hash of the API key, in hex; the key itself is in no table */
export const apiKeyRow = (hash: string): string => `${API_KEY_PREFIX}${hash}`;

export const STATEMENT_LINK_PREFIX = "STATEMENT_LINK#";
/** @param hash of the link's token, in hex; the token itself is in no table */
export const statementLinkKey = (space: string, hash: string) => ({
  pk: spaceKey(space),
  sk: `${STATEMENT_LINK_PREFIX}${hash}`,
});

export const UTILITY_PREFIX = "UTILITY#";
export const utilityRow = (utility: string): string => `${UTILITY_PREFIX}${utility}`;
export const utilityKey = (space: string, utility: string) => ({
  pk: spaceKey(space),
  sk: utilityRow(utility),
});
const ERASED_BUYER = "#ERASED_BUYER#";
/** Beside the Utility, so that whoever reads it for a sale has them by the same query: whom the Space has erased. */
export const erasedBuyerKey = (space: string, utility: string, buyer_key: string) => ({
  pk: spaceKey(space),
  sk: `${utilityRow(utility)}${ERASED_BUYER}${buyer_key}`,
});
export const isErasedBuyer = (sk: string): boolean => sk.includes(ERASED_BUYER);
/** A Space has one Stripe Utility: this row is taken by whichever is created first. */
export const utilityClaimKey = (space: string) => ({ pk: spaceKey(space), sk: "STRIPE_UTILITY" });

export const MARKETPLACE_PREFIX = "MARKETPLACE#";
export const marketplaceRow = ({ room, marketplace }: Omit<MarketplaceRef, "space">): string =>
  `${MARKETPLACE_PREFIX}${room}#${marketplace}`;
export const marketplaceKey = (ref: MarketplaceRef) => ({
  pk: spaceKey(ref.space),
  sk: marketplaceRow(ref),
});

export const CHECKS_PREFIX = "CHECKS#";
/** What the last checks of a Marketplace came to. */
export const checksRow = ({ room, marketplace }: Omit<MarketplaceRef, "space">): string =>
  `${CHECKS_PREFIX}${room}#${marketplace}`;

/**
 * What was refused where Stripe posts, hour by hour: a partition of its own, the only one that the function which everybody
 * can call may write (aws/permissions.yml).
 * @param row of the Marketplace whose URL it is, or the Space's own
 */
export const REFUSED_DELIVERIES = "REFUSED_DELIVERIES";
export const refusedDeliveriesPrefix = (space: string, row: string): string => `${space}#${row}#`;
/** @param at ISO 8601 */
export const refusedDeliveriesKey = (space: string, row: string, at: string) => ({
  pk: REFUSED_DELIVERIES,
  sk: refusedDeliveriesPrefix(space, row) + at.slice(0, "2026-11-23T14".length),
});

/** Whose callback: a Marketplace's, or, without one, the Space's own. */
export type CallbackRef = { space: string; marketplace?: string | undefined };
const callbackRow = ({ marketplace = "SPACE" }: CallbackRef): string => `CALLBACK#${marketplace}`;
/** Its secrets' rows begin as its own does. */
export const callbackKey = (ref: CallbackRef) => ({ pk: spaceKey(ref.space), sk: callbackRow(ref) });
/** A callback has two secrets at most, each in a slot of its own. */
export const CALLBACK_SECRET_SLOTS = [1, 2] as const;
export const callbackSecretKey = (ref: CallbackRef, slot: (typeof CALLBACK_SECRET_SLOTS)[number]) => ({
  pk: spaceKey(ref.space),
  sk: `${callbackRow(ref)}#SECRET#${slot}`,
});

export const AUDIT_PREFIX = "AUDIT#";
/** @param at ISO 8601, so that entries sort by their time */
export const auditKey = (space: string, at: string, id: string) => ({
  pk: spaceKey(space),
  sk: `${AUDIT_PREFIX}${at}#${id}`,
});

/** How far Stripe's events were listed, and what that found. */
export const RECOVERY_ROW = "RECOVERY";
export const recoveryKey = (space: string) => ({ pk: spaceKey(space), sk: RECOVERY_ROW });

/** Of which causes of failing events a Space's members were told. */
export const warnedKey = (space: string) => ({ pk: spaceKey(space), sk: "WARNED" });

/** How far the pass over a Space's events has come that erases buyers. */
export const erasurePassKey = (space: string) => ({ pk: spaceKey(space), sk: "ERASURE_PASS" });

/** A Space's replays in bulk have a partition of their own: whoever reads the Space has no use for them. */
export const replaysKey = (space: string): string => `REPLAYS#${space}`;
/** @param id a ULID of the moment that it is frozen at, so that replays sort by it */
export const replayKey = (space: string, id: string) => ({ pk: replaysKey(space), sk: id });

export const lockKey = (space: string, name: string) => ({ pk: spaceKey(space), sk: `LOCK#${name}` });

// ---- settings: a person, and what they were let into, as the person sees it

export const personKey = (email: string): string => `MEMBER#${email}`;
/** The account that an email address belongs to. */
export const PERSON_ROW = "PERSON";
export const MEMBERSHIP_PREFIX = "SPACE#";
export const membershipRow = (space: string): string => `${MEMBERSHIP_PREFIX}${space}`;
export const representationRow = ({ space, room, marketplace }: MarketplaceRef): string =>
  `${membershipRow(space)}#${room}#${marketplace}`;

// ---- settings: what belongs to no Space

/** All Spaces, for operators: one small row each. */
export const SPACES = "SPACES";
export const registryKey = (space: string) => ({ pk: SPACES, sk: space });

export const brandedDomainKey = (host: string) => ({ pk: `BRANDED_DOMAIN#${host}`, sk: "BRANDED_DOMAIN" });

/** A connected account, `acct_…`: which Marketplaces use it, of whichever Spaces. */
export const accountKey = (account: string) => ({ pk: `STRIPE_ACCOUNT#${account}`, sk: "STRIPE_ACCOUNT" });

/** @param hash of the state, so that nobody who reads the table can use one */
export const oauthStateKey = (hash: string) => ({ pk: `OAUTH_STATE#${hash}`, sk: "OAUTH_STATE" });

/** The keys of the session cookie, as one sealed list, the newest first. */
export const SESSION_KEYS_ROW = "SESSION_KEYS";
export const SESSION_KEYS_KEY = { pk: SESSION_KEYS_ROW, sk: SESSION_KEYS_ROW };

/** Replays that are not over, of all Spaces: a small row each. */
export const RUNNING_REPLAYS = "RUNNING_REPLAYS";
export const runningReplaysPrefix = (space: string): string => `${space}#`;
export const runningReplayKey = (space: string, id: string) => ({
  pk: RUNNING_REPLAYS,
  sk: `${runningReplaysPrefix(space)}${id}`,
});

/** Where the hourly recovery stopped last. */
export const RECOVERY_CURSOR_KEY = { pk: "RECOVERED", sk: "CURSOR" };

/** Where the erasure in all Spaces stopped last. */
export const ERASURES_CURSOR_KEY = { pk: "ERASED", sk: "CURSOR" };

/** Where the hourly check of connections stopped last. */
export const CONNECTIONS_CURSOR_KEY = { pk: "CONNECTIONS_CHECKED", sk: "CURSOR" };

// ---- events

/** @param id of the event, `evt_…`; the same event is stored once a Space, whichever URL it came by */
export const eventKey = (space: string, id: string): { pk: string } => ({ pk: `${space}#${id}` });

// ---- orders: what belongs to a Marketplace shares its partition

export const ORDER_PREFIX = "ORDER#";
export const orderKey = (marketplace: string, id: string) => ({
  pk: marketplace,
  sk: `${ORDER_PREFIX}${id}`,
});

export const timelinePrefix = (id: string): string => `TIMELINE#${id}#`;
/**
 * Keyed by the event or action that causes the entry, so that it cannot be entered twice; and by the entry, because
 * one event, replayed when Stripe's objects have moved on, may cause the next entry too.
 */
export const timelineKey = (marketplace: string, id: string, cause: string, entry: string) => ({
  pk: marketplace,
  sk: `${timelinePrefix(id)}${cause}#${entry}`,
});

export const movementPrefix = (id: string): string => `MONEY#${id}#`;
/** @param seq in six digits, so that movements sort by it */
export const movementKey = (marketplace: string, id: string, seq: number) => ({
  pk: marketplace,
  sk: `${movementPrefix(id)}${String(seq).padStart(6, "0")}`,
});

export const factPrefix = (order: string): string => `FACT#${order}#`;
/** @param transaction `txn_…` */
export const factKey = (marketplace: string, order: string, transaction: string) => ({
  pk: marketplace,
  sk: `${factPrefix(order)}${transaction}`,
});

/** What of a Space's platform account belongs to no Order. */
export const spaceLedgerKey = (space: string): string => `LEDGER#${space}`;
export const spaceFactKey = (space: string, transaction: string) => ({
  pk: spaceLedgerKey(space),
  sk: `FACT#${transaction}`,
});

export const OUTBOX_PREFIX = "OUTBOX#";
/** What somebody is to be told of an Order: keyed by the fact and by who is told, so that one fact is one row for each. */
export const outboxKey = (marketplace: string, id: string, fact: string, channel: string) => ({
  pk: marketplace,
  sk: `${OUTBOX_PREFIX}${id}#${fact}#${channel}`,
});

/** The same of what is told of a Space, and of no Order. */
export const spaceOutboxKey = (space: string, fact: string, channel: string) => ({
  pk: `${OUTBOX_PREFIX}${space}`,
  sk: `${OUTBOX_PREFIX}${fact}#${channel}`,
});

/** What people decided that a Vendor may keep, or goes without, by its time. */
export const writeOffsKey = (marketplace: string): string => `WRITE_OFFS#${marketplace}`;
/** @param at ISO 8601 */
export const writeOffKey = (marketplace: string, at: string, order: string) => ({
  pk: writeOffsKey(marketplace),
  sk: `${at}#${order}`,
});

/** What a callback is told has a partition of its own, in the order in which it was written. @param id a ULID */
export const deliveryKey = ({ space, marketplace = "" }: CallbackRef, id: string) => ({
  pk: `CALLBACK#${space}#${marketplace}`,
  sk: `${OUTBOX_PREFIX}${id}`,
});

/** @param hash of an `Idempotency-Key` */
export const idempotencyKey = (marketplace: string, hash: string) => ({
  pk: marketplace,
  sk: `IDEMPOTENCY_KEY#${hash}`,
});

/** That a Checkout Session was imported is a row of its own: whichever Marketplace asks, it pays one Order. */
export const importedSessionKey = (session: string) => ({
  pk: `CHECKOUT_SESSION#${session}`,
  sk: "CARRIED_OVER",
});

/** Which Order a payment intent pays: what Stripe tells of charges, refunds and disputes names their intent. */
export const paymentIntentKey = (intent: string) => ({
  pk: `PAYMENT_INTENT#${intent}`,
  sk: "PAYMENT_INTENT",
});
