import type { Checks } from "./kept_checks.ts";

/** The checks as programs see them; nothing where none were made of things as they are now. */
export const presentChecks = (checks: Checks | undefined) => ({
  doctor: (checks?.findings ?? []).map(({ check, state, message }) => ({ check, state, says: message })),
  checked_at: checks?.checked_at ?? null,
});
