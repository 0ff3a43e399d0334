import { expect, it } from "vitest";
import { incompleteOf } from "../../../lib/overview/incomplete.ts";
import type { Recovery } from "../../../lib/spaces/recovery.ts";

const HOUR_MS = 60 * 60_000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

const events = { pages: 1, listed: 0, known: 0, put_in: 0 };
const refused = { code: "stripe_key_refused", message: "Stripe refuses this Space's key." };
const busy = { code: "stripe_busy", message: "Stripe asks to slow down." };

const recovery = (hours: number, changes: Partial<Recovery> = {}): Recovery => ({
  space: "a-space",
  account: "acct_1",
  livemode: false,
  events: [
    { types: ["charge.updated"], until: ago(0) },
    { types: ["refund.created"], until: ago(hours) },
  ],
  found: { at: ago(0), events },
  ...changes,
});

it("is nothing where Stripe was asked of late, or never was", () => {
  expect(incompleteOf(undefined)).toEqual([]);
  expect(incompleteOf(recovery(2.9))).toEqual([]);
  expect(incompleteOf(recovery(0, { events: [] }))).toEqual([]);
});

it("is what was not read for three hours, since when, and when Stripe was last asked", () => {
  const at = "2026-11-20T14:02:30.000Z";
  const late = recovery(3.1, { found: { at, events } });
  expect(incompleteOf(late)).toEqual([
    {
      part: "events",
      since: late.events[1]?.until,
      code: "recovery_late",
      message: "Stripe was last asked on 2026-11-20 14:02 UTC, though it is asked every hour.",
    },
  ]);
});

it("is what Stripe's trouble has held up for so long, and no trouble that passes", () => {
  expect(incompleteOf(recovery(1, { found: { at: ago(0), events: { ...events, trouble: busy } } }))).toEqual(
    [],
  );
  expect(
    incompleteOf(recovery(4, { found: { at: ago(0), events: { ...events, trouble: busy } } })),
  ).toMatchObject([{ part: "events", ...busy }]);
});

it("is at once what a member must mend: each part that the key may not read", () => {
  const restricted = { code: "stripe_key_restricted", message: "It may not." };
  const accounts = { listed: 0, changed: 0, disconnected: 0, trouble: restricted };
  const money = { read_at: ago(1), trouble: restricted };
  const found = { at: ago(0), events: { ...events, trouble: refused }, accounts };
  expect(incompleteOf(recovery(1, { found, money }))).toMatchObject([
    { part: "events", ...refused },
    { part: "accounts", since: null, ...restricted },
    { part: "money", since: money.read_at, ...restricted },
  ]);
});

it("is the money that was not compared for two days", () => {
  expect(incompleteOf(recovery(0, { money: { read_at: ago(47) } }))).toEqual([]);
  expect(incompleteOf(recovery(0, { money: { read_at: ago(49) } }))).toMatchObject([
    { part: "money", code: "recovery_late" },
  ]);
});
