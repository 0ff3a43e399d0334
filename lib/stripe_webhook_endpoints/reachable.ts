import { isIP } from "node:net";
import { configuration } from "../configuration.ts";

/** Names that lead to nobody outside (RFC 6761, RFC 6762), as `convene.local` does. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|test|invalid|example|internal|lan|home\.arpa)$/;

/**
 * Whether Stripe can post to our address: by https, to a host that others can find. The simulator is on this machine,
 * and reaches whatever we reach.
 */
export function isReachable(): boolean {
  const { stripeApiBase, baseUrl } = configuration;
  if (stripeApiBase) return true;
  const { protocol, hostname } = new URL(baseUrl);
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  // Stripe takes a name of at least two parts; an address by number is rarely what others see of a machine.
  return protocol === "https:" && isIP(host) === 0 && host.includes(".") && !LOCAL_NAME.test(host);
}
