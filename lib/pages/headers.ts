import { configuration } from "../configuration.ts";
import { STYLES_HASH } from "./styles.ts";

/**
 * What every page and every redirect of a person is sent with. `form-action` names where redirects lead after a form of
 * ours, because Chromium blocks them else, and those that follow them, too: Stripe's connect pages may go on to the sign-in
 * of its dashboard, at another host of Stripe's. The issuer is not named, since no form leads there: where its pages are,
 * only the issuer knows (Cognito's are at another host than its issuer). `no-referrer` would make browsers send
 * `Origin: null`, which we refuse.
 */
export function pageHeaders(): Record<string, string> {
  const { baseUrl, stripeApiBase } = configuration;
  const formAction = ["'self'", "https://*.stripe.com", stripeApiBase?.origin];
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLES_HASH}'`,
    "script-src 'self'",
    "connect-src 'self'",
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
