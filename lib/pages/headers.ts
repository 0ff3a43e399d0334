import { configuration } from "../configuration.ts";
import { STYLES_HASH } from "./styles.ts";

/**
 * What every page and every redirect of a person is sent with. `form-action` names where our own redirects lead after a
 * form, because Chromium blocks them else. `no-referrer` would make browsers send `Origin: null`, which we refuse.
 */
export function pageHeaders(): Record<string, string> {
  const { baseUrl, oidcIssuer, stripeApiBase } = configuration;
  const formAction = ["'self'", oidcIssuer.origin, "https://connect.stripe.com", stripeApiBase?.origin];
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLES_HASH}'`,
    `form-action ${formAction.filter(Boolean).join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    // On http browsers ignore both, and complain of the first.
    ...(baseUrl.startsWith("https:") && {
      "cross-origin-opener-policy": "same-origin",
      "strict-transport-security": "max-age=31536000",
    }),
  };
}
