/** What Stripe's secrets begin with, which says what they are. */
const PREFIX = /^(?:whsec|(?:sk|rk|pk)_(?:test|live))_/;

/** `whsec_…4242` for people: which one it is, and nothing that opens anything. */
export const mask = (secret: string): string => `${PREFIX.exec(secret)?.[0] ?? ""}…${secret.slice(-4)}`;
