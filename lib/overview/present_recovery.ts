import { completeUntil, type Recovery } from "../spaces/recovery.ts";

/** How complete a Space is, and what the last pass found, as programs see it; null where there was none yet. */
export function presentRecovery(recovery: Recovery | undefined) {
  if (!recovery) return null;
  const { out_of_reach, undelivered, found } = recovery;
  return {
    complete_until: completeUntil(recovery) ?? null,
    out_of_reach: out_of_reach ?? null,
    undelivered: undelivered ?? null,
    at: found?.at ?? null,
    events: found?.events ? presentFound(found.events) : null,
    accounts: found?.accounts ? presentFound(found.accounts) : null,
    sessions: found?.sessions ? presentFound(found.sessions) : null,
  };
}

/** What is in the way of a part, if anything is, is said of every part. */
const presentFound = <Found extends { trouble?: object | undefined }>({ trouble, ...found }: Found) => ({
  ...found,
  trouble: trouble ?? null,
});
