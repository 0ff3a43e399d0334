import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** What of IPv6 leads to somebody: whatever else is `unicast` is reserved (IANA, "IPv6 Global Unicast Address Assignments"). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an IP address is somebody's on the Internet: not of this machine, of a network behind it, of a cloud's metadata
 * service, of a group, nor an IPv4 address in one of IPv6, whichever it is.
 */
export function isPublicAddress(text: string): boolean {
  // Written as everybody writes it: ipaddr.js would take `010.8.8.8`, too.
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  return address.range() === "unicast" && (address.kind() === "ipv4" || address.match(GLOBAL_UNICAST));
}
