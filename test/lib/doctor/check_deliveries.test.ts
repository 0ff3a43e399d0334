import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { checkMarketplaceDeliveries, checkSpaceDeliveries } from "../../../lib/doctor/check_deliveries.ts";
import { marketplaceRow, SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import { type RefusalReason, writeRefusals } from "../../../lib/stripe_events/refused_deliveries.ts";
import { verifiedWith } from "../../../lib/stripe_events/stored_event.ts";

let ref: { space: string; room: string; marketplace: string };
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  ref = { space: `a-${randomBytes(6).toString("hex")}`, room: "store", marketplace: randomUUID() };
});
afterEach(() => {
  vi.useRealTimers();
});

type Refused = { reason?: RefusalReason; times?: number; row?: string };

/** Writes down what was refused from one time to another, when the last was. */
async function refuse(first_at: string, last_at: string, { reason, times = 1, row }: Refused = {}) {
  vi.setSystemTime(last_at);
  const counted = new Map([[reason ?? ("wrong_secret" as const), { times, first_at, last_at }]]);
  await writeRefusals(ref.space, row ?? marketplaceRow(ref), counted);
}

const verified = (received_at: string, marketplace: string | undefined = ref.marketplace) => ({
  received_at,
  verified_with: verifiedWith(marketplace, "whsec_…4242"),
});
const check = async (...events: ReturnType<typeof verified>[]) => {
  const { state, message } = await checkMarketplaceDeliveries(ref, events);
  return `${state}: ${message}`;
};

it("says since when, how often, and when last, over the hours", async () => {
  await refuse("2026-11-23T14:02:11.000Z", "2026-11-23T14:02:11.000Z");
  expect(await check()).toMatch(/^bad: Wrong secret at 2026-11-23 14:02 UTC, once\. What posts there has/);
  await refuse("2026-11-23T14:02:12.000Z", "2026-11-23T14:40:00.000Z", { times: 30 });
  expect(await check()).toMatch(
    /^bad: Wrong secret since 2026-11-23 14:02 UTC, 31 times; the last at 14:40\. /,
  );
  await refuse("2026-11-24T09:00:00.000Z", "2026-11-24T09:10:00.000Z", { times: 4 });
  expect(await check()).toMatch(
    /^bad: Wrong secret since 2026-11-23 14:02 UTC, 35 times; the last at 2026-11-24 09:10 UTC\. /,
  );
});

it("names each reason, and what there is to do about the gravest", async () => {
  await refuse("2026-11-23T14:00:00.000Z", "2026-11-23T14:00:00.000Z", { reason: "unsigned" });
  expect(await check()).toMatch(/^unknown: Not signed at 2026-11-23 14:00 UTC, once\. That was not Stripe/);
  await refuse("2026-11-23T14:01:00.000Z", "2026-11-23T14:05:00.000Z", { times: 2 });
  expect(await check()).toMatch(
    /^bad: Wrong secret since .*, 2 times; the last at 14:05\. Not signed at .*, once\. What posts there/,
  );
});

it("is good again by an event that was verified there later, and tells only of what was refused after it", async () => {
  await refuse("2026-11-23T14:02:00.000Z", "2026-11-23T14:40:00.000Z", { times: 31 });
  const other = randomUUID();
  const before = verified("2026-11-23T14:39:59.000Z");
  expect(await check(before, verified("2026-11-23T14:41:00.000Z", other))).toMatch(/^bad: .* 31 times/);
  const later = verified("2026-11-23T14:41:00.000Z");
  expect(await check(later, before)).toBe(
    "good: Nothing since 2026-11-23 14:40 UTC; an event was verified there after that.",
  );
  await refuse("2026-11-23T16:00:00.000Z", "2026-11-23T16:00:00.000Z");
  expect(await check(later, before)).toMatch(/^bad: Wrong secret at 2026-11-23 16:00 UTC, once\./);
});

it("tells the Space's URL from a Marketplace's", async () => {
  await refuse("2026-11-23T14:02:00.000Z", "2026-11-23T14:02:00.000Z", { row: SPACE_ROW });
  expect((await checkSpaceDeliveries(ref.space, [verified("2026-11-23T15:00:00.000Z")])).state).toBe("bad");
  const atSpace = verified("2026-11-23T15:00:00.000Z", "");
  expect((await checkSpaceDeliveries(ref.space, [atSpace])).state).toBe("good");
  expect(await check()).toMatch(/^good: Nothing was refused lately at http/);
});

it("forgets after four days, though the table may still have it", async () => {
  await refuse("2026-11-23T14:02:00.000Z", "2026-11-23T14:02:00.000Z");
  vi.setSystemTime("2026-11-27T14:59:59.000Z");
  expect(await check()).toMatch(/^bad/);
  vi.setSystemTime("2026-11-27T15:00:00.000Z");
  expect(await check()).toMatch(/^good: Nothing was refused lately/);
});
