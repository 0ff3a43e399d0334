/** Stripe's keys, its webhook secrets and our own API keys, by how they begin; their masked form has `…` next. */
const SECRET = /(?:(?:sk|rk|rkcs)_(?:org_)?(?:test|live)_|whsec_)\w|convene_[a-z0-9-]+_[\w-]{43}/;

/** Whether a text holds a secret. */
export const holdsSecret = (text: string): boolean => SECRET.test(text);

/** What was typed into a form, but for secrets, whichever field they were pasted into: they would stand in the page. */
export const withoutSecrets = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, holdsSecret(value) ? "" : value]),
  );

/** Those, whole; and what Stripe gives a browser to pay with. */
const WHOLE_SECRET = new RegExp(`(?:${SECRET.source})[\\w-]*|\\b(?:pi|seti|cs)_\\w+_secret_\\w+`, "g");

/** A text with no secret left in it, wherever one stood. */
export const withSecretsMasked = (text: string): string => text.replace(WHOLE_SECRET, "(a secret)");
