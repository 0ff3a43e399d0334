import { TokenBucket } from "../async/token_bucket.ts";
import { now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { Unavailable } from "../errors.ts";
import { describeError, log } from "../log.ts";
import { openSessionKeys, readSealedSessionKeys } from "./stored_session_keys.ts";

/** How long a warm Lambda trusts what it read, in ms; and what it could not read again, until it tries once more. */
const CACHE_MS = 5 * 60_000;
const RETRY_MS = 10_000;

let known: { keys: string[]; until: number } | undefined;
let reading: Promise<string[]> | undefined;
const budget = new TokenBucket();

/**
 * The keys of the session cookie: the first encrypts, all of them open. From the environment, else from the settings,
 * at most 5 minutes old unless they cannot be read again. @throws {Unavailable} where there are none; as opening any secret does
 */
export async function sessionKeys(): Promise<string[]> {
  if (configuration.sessionKeys) return configuration.sessionKeys;
  if (known && known.until > now().getTime()) return known.keys;
  return await read();
}

/**
 * What there is beside the keys that `tried` a cookie in vain: another Lambda may have got keys since that this one has
 * not heard of. Empty where there are none, or it is too early to look again.
 */
export async function newerSessionKeys(tried: string[]): Promise<string[]> {
  if (configuration.sessionKeys || (!reading && !budget.take())) return [];
  return (await read()).filter((key) => !tried.includes(key));
}

/** Callers share one read. One that fails leaves what is known. */
async function read(): Promise<string[]> {
  reading ??= readStored().finally(() => {
    reading = undefined;
  });
  try {
    return await reading;
  } catch (error) {
    if (!known) throw error;
    log.warn("the session keys could not be read again", describeError(error));
    known = { keys: known.keys, until: now().getTime() + RETRY_MS };
    return known.keys;
  }
}

async function readStored(): Promise<string[]> {
  const until = now().getTime() + CACHE_MS;
  const sealed = await readSealedSessionKeys();
  if (sealed === undefined)
    throw new Unavailable(
      "Nobody can sign in yet: the service has no session keys. Its operator can make them.",
    );
  const keys = (await openSessionKeys(sealed)).map(({ key }) => key);
  known = { keys, until };
  return keys;
}
