import { randomBytes } from "node:crypto";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import {
  openSessionKeys,
  readSealedSessionKeys,
  type SessionKey,
  saveSessionKeys,
} from "./stored_session_keys.ts";

const DAY_MS = 24 * 60 * 60_000;
/** When a key has been in front for so long, in ms, another takes its place. */
const MAX_AGE_MS = 30 * DAY_MS;
/** How long a key that was replaced still opens, in ms: longer than the 12 h of a session. */
const KEEP_MS = DAY_MS;
/** Whoever saves meanwhile has done so in one write: a second try finds it. */
const TRIES = 5;

/** What became of the keys, and how many there are now; never a key. */
type Rotation = { did: "made" | "rotated" | "dropped" | "forgot" | "nothing"; keys: number };

/**
 * Sees that the keys of the session cookie are young: makes the first, puts a new one in front of one of 30 days, and
 * drops what was replaced a day ago. Of several at once one makes a key.
 * @param options.now puts a new one in front however young the last is
 * @param options.forget drops all others, which signs everybody out; a warm Lambda may take 5 minutes to hear of it
 */
export async function rotateSessionKeys(options: { now: boolean; forget: boolean }): Promise<Rotation> {
  if (configuration.sessionKeys) return { did: "nothing", keys: configuration.sessionKeys.length };
  const began = iso(now());
  let first: { newest: string | undefined } | undefined;
  for (let tries = 1; tries <= TRIES; tries++) {
    const sealed = await readSealedSessionKeys();
    const keys = sealed === undefined ? [] : await openUnlessForgotten(sealed, options.forget);
    const [newest] = keys;
    first ??= { newest: newest?.key };
    // One that somebody else has put in front meanwhile is enough.
    const isNew = newest !== undefined && (newest.key !== first.newest || newest.made_at >= began);
    const wanted = rotated(keys, options.now && !isNew, options.forget);
    const did = sealed === undefined ? "made" : whatChanged(keys, wanted, options.forget);
    if (did === "nothing" || (await saveSessionKeys(wanted, sealed))) return { did, keys: wanted.length };
  }
  throw new Error("the session keys change all the time");
}

/** To be rid of keys, nobody needs to open them: so a list that does not open can be replaced. */
async function openUnlessForgotten(sealed: string, forget: boolean): Promise<SessionKey[]> {
  try {
    return await openSessionKeys(sealed);
  } catch (error) {
    if (forget) return [];
    throw error;
  }
}

function rotated(keys: SessionKey[], isWanted: boolean, forget: boolean): SessionKey[] {
  const [newest] = keys;
  const time = iso(now());
  const isOld = !newest || newest.made_at <= iso(after(now(), -MAX_AGE_MS));
  const next =
    isOld || isWanted
      ? [{ key: randomBytes(32).toString("base64url"), made_at: time }, ...keys.map(replacedAt(time))]
      : keys;
  if (forget) return next.slice(0, 1);
  const since = iso(after(now(), -KEEP_MS));
  return next.filter(({ replaced_at }) => replaced_at === undefined || replaced_at > since);
}

const replacedAt =
  (time: string) =>
  (key: SessionKey): SessionKey => ({ ...key, replaced_at: key.replaced_at ?? time });

function whatChanged(before: SessionKey[], wanted: SessionKey[], forget: boolean): Rotation["did"] {
  if (before[0]?.key !== wanted[0]?.key) return forget ? "forgot" : "rotated";
  if (wanted.length === before.length) return "nothing";
  return forget ? "forgot" : "dropped";
}
