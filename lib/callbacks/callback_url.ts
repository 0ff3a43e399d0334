import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { Text } from "../http/body.ts";
import { coversHost, isHost } from "../ids.ts";
import { holdsSecret } from "../secrets/without_secrets.ts";

const MAX_LENGTH = 1_000;

/** On a laptop, where this service is at an http address itself, so may be what is tried with it. */
export const isOnThisLaptop = ({ hostname }: URL): boolean =>
  hostname === "localhost" && configuration.baseUrl.startsWith("http:");

/** Where nobody is called back; or undefined for what one may try. By its text alone: what its name leads to is seen when it is called. */
export function callbackUrlTrouble(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`;
  if (!URL.canParse(text)) return "must be a URL, such as `https://shop.example/callbacks`";
  const url = new URL(text);
  if (url.username || url.password) return "must have no user name and no password in it";
  if (url.hash) return "must have no `#` in it";
  if (holdsSecret(text)) return "must not hold a secret key";
  if (isOnThisLaptop(url)) return /^https?:$/.test(url.protocol) ? undefined : "must begin with `https://`";
  if (url.protocol !== "https:") return "must begin with `https://`";
  if (url.port) return "must be at port 443, without a port in it";
  if (!isHost(url.hostname)) return "must name a host, and not an address by number";
  if (ownHosts().some((name) => coversHost(name, url.hostname))) return "must not be of this service itself";
  return undefined;
}

const ownHosts = (): string[] => [
  ...[configuration.baseUrl, configuration.apiUrl].map((url) => new URL(url).hostname),
  ...configuration.brandedDomains,
];

export const CallbackUrl = v.pipe(
  Text,
  v.trim(),
  v.check(
    (text) => callbackUrlTrouble(text) === undefined,
    ({ input }) => callbackUrlTrouble(input) ?? "",
  ),
);
