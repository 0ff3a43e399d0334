import { after, now } from "../clock.ts";
import { RECOVERY_CURSOR_KEY } from "../dynamodb/keys.ts";
import { describeError, log } from "../log.ts";
import { completeUntil, findRecovery } from "../spaces/recovery.ts";
import { spacesInTurn } from "../spaces/spaces_in_turn.ts";
import { NoApiToken } from "../utilities/platform.ts";
import { recoverSpace } from "./recover_space.ts";

/** Spaces at the same time. Stripe's limits are per account, so they do not add up. */
const AT_ONCE = 8;
/** One Space's pass, in ms: after it others have their turn, and it goes on within the hour. */
const SPACE_MS = 45_000;

/** What a member must mend, and says so on the Space's page; nobody else can. */
const OF_THE_KEY = ["stripe_key_refused", "stripe_key_restricted"];

/**
 * Hourly: recovers each Space that has a key, from where the run before stopped, once around at most. One Space's trouble is
 * its own.
 * @param until when no further Space is begun
 * @returns how many Spaces were looked after
 */
export async function recoverSpaces(until: Date): Promise<number> {
  const lags: number[] = [];
  for await (const spaces of spacesInTurn(RECOVERY_CURSOR_KEY, AT_ONCE)) {
    lags.push(...(await Promise.all(spaces.map(recoverOne))));
    if (now() >= until) break;
  }
  // The alarm goes by the Space that is the furthest behind (aws/alarms.yml).
  log.info("Spaces were recovered", { spaces: lags.length }, { RecoveryLagSeconds: Math.max(0, ...lags) });
  return lags.length;
}

/** @returns how far the Space is behind afterwards, in seconds */
async function recoverOne(space: string): Promise<number> {
  try {
    await recoverSpace(space, after(now(), SPACE_MS));
  } catch (error) {
    if (error instanceof NoApiToken) return 0;
    log.error("a Space could not be recovered", { space, ...describeError(error) });
  }
  try {
    return await lagOf(space);
  } catch (error) {
    log.error("a Space's recovery could not be read", { space, ...describeError(error) });
    return 0;
  }
}

async function lagOf(space: string): Promise<number> {
  const recovery = await findRecovery(space);
  const until = recovery && completeUntil(recovery);
  if (!until) return 0;
  const { code = "" } = recovery.found?.events?.trouble ?? {};
  const lag = Math.round((now().getTime() - Date.parse(until)) / 1000);
  log.info("how far a Space is recovered", { space, until, code });
  return OF_THE_KEY.includes(code) ? 0 : lag;
}
