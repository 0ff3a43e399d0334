import { configuration } from "../configuration.ts";

/** `stripe`, also where nobody has put it on the PATH: npx takes it from this project, or from npm. */
export const STRIPE_CLI = "npx -p @stripe/cli stripe";

/**
 * The command that forwards events to `url`: to be copied as it is.
 * The CLI wants a key, which is no business of a page's. At Stripe there is `stripe login` for that; the simulator has no
 * login, and tells whoever is on its machine the key of `platformAccount`.
 */
export function listenLine(url: string, platformAccount?: string): string {
  const { stripeApiBase } = configuration;
  const listen = `${STRIPE_CLI} listen --forward-to ${url} --all-snapshot`;
  if (!stripeApiBase) return listen;
  const key = platformAccount
    ? `STRIPE_API_KEY=$(curl -fsS ${stripeApiBase.origin}/simulator/accounts/${platformAccount}/secret_key) `
    : "";
  // Hidden flags of the CLI, which only the simulator needs.
  return `${key}${listen} --api-base ${stripeApiBase.origin} --no-wss`;
}
