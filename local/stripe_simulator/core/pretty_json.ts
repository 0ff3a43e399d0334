/** Stripe indents its JSON, in responses and in webhooks. */
export const prettyJson = (body: object) => `${JSON.stringify(body, null, 2)}\n`;
