import * as v from "valibot";
import { IsoTime } from "../http/answer_fields.ts";
import { Finding } from "./finding.ts";
import type { Checks } from "./kept_checks.ts";

/** The checks as programs see them; nothing where none were made of things as they are now. */
export type ChecksJson = v.InferOutput<typeof ChecksJson>;
export const ChecksJson = v.object({
  doctor: v.pipe(
    v.array(v.object({ check: v.string(), state: Finding.entries.state, says: v.string() })),
    v.description("Each thing that must be right; empty where nothing was checked since the last change."),
  ),
  checked_at: v.nullable(IsoTime),
});

export const presentChecks = (checks: Checks | undefined): ChecksJson => ({
  doctor: (checks?.findings ?? []).map(({ check, state, message }) => ({ check, state, says: message })),
  checked_at: checks?.checked_at ?? null,
});
