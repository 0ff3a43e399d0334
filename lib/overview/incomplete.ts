import * as v from "valibot";
import { after, iso, now, toMinute } from "../clock.ts";
import { IsoTime } from "../http/answer_fields.ts";
import { completeUntil, type Recovery } from "../spaces/recovery.ts";

/** Stripe is asked once an hour, and once a day for all of the money: what is later than this, in ms, is late. */
const LATE_MS = 3 * 60 * 60_000;
const MONEY_LATE_MS = 2 * 24 * 60 * 60_000;

/** What a member must mend: it does not pass by itself. */
const OF_THE_KEY = ["stripe_key_refused", "stripe_key_restricted"];

/** A part of recovery that is behind, or cannot go on. */
export type Incomplete = v.InferOutput<typeof Incomplete>;
export const Incomplete = v.object({
  part: v.picklist(["events", "accounts", "sessions", "money"]),
  since: v.pipe(
    v.nullable(IsoTime),
    v.description("Until when it was compared to its end; null where it never was, or that is not kept."),
  ),
  code: v.pipe(
    v.string(),
    v.description("Why: `recovery_late`, or the code of the error, such as `stripe_key_refused`."),
  ),
  message: v.pipe(v.string(), v.description("The same as a sentence, with what to do.")),
});

/**
 * Of what Stripe has and we may not: what was not compared for longer than it should be, or cannot be with the Space's key.
 * Nothing where nobody asked yet.
 */
export function incompleteOf(recovery: Recovery | undefined): Incomplete[] {
  if (!recovery) return [];
  const { found, money } = recovery;
  const asked = found
    ? `Stripe was last asked on ${toMinute(found.at)}`
    : "Stripe was never asked to the end";
  const parts = [
    partOf(
      "events",
      completeUntil(recovery),
      LATE_MS,
      found?.events?.trouble,
      `${asked}, though it is asked every hour.`,
    ),
    // Of these two it is not kept until when they came to their end.
    partOf("accounts", undefined, LATE_MS, found?.accounts?.trouble, ""),
    partOf("sessions", undefined, LATE_MS, found?.sessions?.trouble, ""),
    partOf(
      "money",
      money?.read_at,
      MONEY_LATE_MS,
      money?.trouble,
      "The balance transactions were not compared for two days, though they are once a day.",
    ),
  ];
  return parts.filter((part) => part !== undefined);
}

function partOf(
  part: Incomplete["part"],
  until: string | undefined,
  lateMs: number,
  trouble: { code: string; message: string } | undefined,
  late: string,
): Incomplete | undefined {
  const isLate = until !== undefined && until < iso(after(now(), -lateMs));
  if (!isLate && !OF_THE_KEY.includes(trouble?.code ?? "")) return undefined;
  return { part, since: until ?? null, ...(trouble ?? { code: "recovery_late", message: late }) };
}
