/** Stripe's keys and webhook secrets, by how they begin; their masked form has `…` next. */
const SECRET = /(?:[rs]k_(?:test|live)_|whsec_)\w/;

/** Whether a text holds a key or a webhook secret of Stripe's. */
export const holdsSecret = (text: string): boolean => SECRET.test(text);

/** What was typed into a form, but for secrets, whichever field they were pasted into: they would stand in the page. */
export const withoutSecrets = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, holdsSecret(value) ? "" : value]),
  );
