/** Stripe indents its JSON, in answers and in webhooks. */
export const pretty = (body: object) => `${JSON.stringify(body, null, 2)}\n`;
