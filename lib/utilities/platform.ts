import type Stripe from "stripe";
import { setBounded } from "../async/bounded_map.ts";
import type { Buyers } from "../buyers/buyers.ts";
import { buyersOf } from "../buyers/erased_buyer.ts";
import { now } from "../clock.ts";
import { open } from "../secrets/seal.ts";
import { stripeClient } from "../stripe_client.ts";
import { isLive } from "./api_token.ts";
import { findUtilityAndErased } from "./find_utility_of_space.ts";
import { apiTokenContext, type StripeUtility } from "./stripe_utility.ts";

/** A Space's Stripe platform account, as far as its key lets us in. */
export type Platform = {
  stripe: Stripe;
  livemode: boolean;
  /** The Utility that holds the key. */
  utility: StripeUtility;
  /** How the Space knows its buyers. */
  buyers: Buyers;
  /** A client that sends each request once: for what must not happen twice. */
  once: () => Stripe;
};

/** A warm Lambda keeps a Space's client for 60 s, so that a burst of events reads and opens the token once. */
const CACHE_MS = 60_000;
const MAX_CACHED = 1_000;
type Cached<Value> = { value: Value; until: number };
const platforms = new Map<string, Cached<Platform>>();
const buyersOfSpaces = new Map<string, Cached<Buyers>>();

function remembered<Value>(cache: Map<string, Cached<Value>>, space: string): Value | undefined {
  const cached = cache.get(space);
  return cached && cached.until > now().getTime() ? cached.value : undefined;
}

const remember = <Value>(cache: Map<string, Cached<Value>>, space: string, value: Value): void =>
  setBounded(cache, space, { value, until: now().getTime() + CACHE_MS }, MAX_CACHED);

/** The Space has no Stripe key yet; what needs one may be tried again when it is saved. */
export class NoApiToken extends Error {
  override name = "NoApiToken";
}

/** @throws {NoApiToken} */
export const cachedPlatform = async (space: string): Promise<Platform> =>
  remembered(platforms, space) ?? (await loadPlatform(space));

/** How a Space knows its buyers, be it without a key, or with one that nobody can open now: none is opened for it. */
export async function cachedBuyers(space: string): Promise<Buyers> {
  const known = remembered(platforms, space)?.buyers ?? remembered(buyersOfSpaces, space);
  if (known) return known;
  const { utility, erased } = await findUtilityAndErased(space);
  const buyers = buyersOf(utility?.buyer_secret, erased);
  remember(buyersOfSpaces, space, buyers);
  return buyers;
}

/** The platform by the key that is saved now, whatever a warm Lambda remembers. @throws {NoApiToken} */
export async function loadPlatform(space: string): Promise<Platform> {
  const { utility, erased } = await findUtilityAndErased(space);
  if (!utility?.api_token) throw new NoApiToken(`the Space ${space} has no Stripe key`);
  const apiToken = await open(utility.api_token, apiTokenContext(space, utility.utility));
  const platform: Platform = {
    stripe: stripeClient(apiToken),
    livemode: isLive(apiToken),
    utility,
    buyers: buyersOf(utility.buyer_secret, erased),
    once: () => stripeClient(apiToken, { once: true }),
  };
  remember(platforms, space, platform);
  return platform;
}

/** Call it when Stripe refuses the key, or a buyer was erased: the next caller reads what is saved by then. */
export function forgetPlatform(space: string): void {
  platforms.delete(space);
  buyersOfSpaces.delete(space);
}
