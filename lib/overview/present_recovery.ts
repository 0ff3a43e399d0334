import * as v from "valibot";
import { IsoTime } from "../http/answer_fields.ts";
import {
  completeUntil,
  Findings,
  MoneyFound,
  type MoneyProof,
  Recovery,
  Window,
} from "../spaces/recovery.ts";

/** How complete a Space is, and what the last pass found, as programs see it; null where there was none yet. */
export type RecoveryJson = v.InferOutput<typeof RecoveryJson>;
const { events, accounts, sessions } = Findings.entries;
const trouble = v.pipe(
  v.nullable(v.object({ code: v.string(), message: v.string() })),
  v.description("Why this part did not come to its end."),
);
export const RecoveryJson = v.object({
  complete_until: v.pipe(
    v.nullable(IsoTime),
    v.description("Every event that Stripe lists from before is here."),
  ),
  out_of_reach: v.pipe(
    v.nullable(Window),
    v.description("From when to when Stripe does not list events any more that were never read."),
  ),
  undelivered: v.pipe(
    v.nullable(Recovery.entries.undelivered.wrapped),
    v.description("What an endpoint should have delivered, and did not within ten minutes."),
  ),
  at: v.pipe(v.nullable(IsoTime), v.description("When Stripe was last asked.")),
  events: v.nullable(v.object({ ...events.wrapped.entries, trouble })),
  accounts: v.nullable(v.object({ ...accounts.wrapped.entries, trouble })),
  sessions: v.nullable(v.object({ ...sessions.wrapped.entries, trouble })),
  money: v.pipe(
    v.nullable(
      v.object({
        complete_until: v.pipe(
          v.nullable(IsoTime),
          v.description("Every balance transaction from before was compared with the ledger."),
        ),
        month: v.pipe(
          v.nullable(v.string()),
          v.description("The month, `2026-10`, that was last compared whole."),
        ),
        at: v.pipe(v.nullable(IsoTime), v.description("When the last eight days were last compared.")),
        is_under_way: v.pipe(
          v.boolean(),
          v.description("A comparison was cut off, and goes on within the hour."),
        ),
        found: v.pipe(
          v.nullable(MoneyFound),
          v.description("What the last comparison that came to its end found."),
        ),
        trouble,
      }),
    ),
    v.description(
      "Whether each balance transaction of the account is an Order's, or is named for what it is.",
    ),
  ),
});

export function presentRecovery(recovery: Recovery | undefined): RecoveryJson | null {
  if (!recovery) return null;
  const { out_of_reach, undelivered, found, money } = recovery;
  return {
    complete_until: completeUntil(recovery) ?? null,
    out_of_reach: out_of_reach ?? null,
    undelivered: undelivered ?? null,
    at: found?.at ?? null,
    events: found?.events ? presentFound(found.events) : null,
    accounts: found?.accounts ? presentFound(found.accounts) : null,
    sessions: found?.sessions ? presentFound(found.sessions) : null,
    money: money ? presentMoney(money) : null,
  };
}

/** How far every balance transaction is an Order's or is named, and what the last reading that came to its end found. */
const presentMoney = ({
  until,
  read_at,
  month,
  found,
  reading,
  trouble,
}: MoneyProof): RecoveryJson["money"] => ({
  complete_until: until ?? null,
  month: month ?? null,
  at: read_at ?? null,
  is_under_way: reading !== undefined,
  found: found ?? null,
  trouble: trouble ?? null,
});

/** What is in the way of a part, if anything is, is said of every part. */
const presentFound = <Found extends { trouble?: { code: string; message: string } | undefined }>({
  trouble,
  ...found
}: Found) => ({
  ...found,
  trouble: trouble ?? null,
});
