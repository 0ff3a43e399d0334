import { afterEach, expect, it, vi } from "vitest";
import { after, now } from "../../../lib/clock.ts";
import { checkConnections } from "../../../lib/doctor/check_connections.ts";
import { basisOf, type Checks, findChecks, timesOfChecks } from "../../../lib/doctor/kept_checks.ts";
import { checksRow, spaceKey } from "../../../lib/dynamodb/keys.ts";
import { listMarketplaces } from "../../../lib/marketplaces/list_marketplaces.ts";
import { recoverSpace } from "../../../lib/recovery/recover_space.ts";
import { findRegistered } from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { newMarketplace } from "../../../local/demo_seed.ts";
import { marketplaceNow } from "../../support/connection.ts";
import { weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { requestsTo } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { stripeThatSleeps } from "../../support/stripe.ts";
import { emptySettings } from "../../support/table_rows.ts";
import { throttle } from "../../support/throttling.ts";

await ownTables();

afterEach(async () => {
  vi.unstubAllEnvs();
  await emptySettings();
});

const run = (spaceMs?: number) => checkConnections(after(now(), 60_000), spaceMs);

/** What was kept of the Space's first Marketplace. */
async function kept(space: TestSpace): Promise<Checks | undefined> {
  const marketplace = await marketplaceNow(space);
  const utility = await getUtility(space.space, space.utility);
  const { version } = await findRegistered(space.space);
  return await findChecks(marketplace, basisOf(marketplace, utility, version));
}

it("keeps what the checks of each connected Marketplace come to, and asks for a Space's key once", async () => {
  const [connected, not] = await Promise.all([aSpace(), aSpace({ connected: false })]);
  await recoverSpace(connected.space, after(now(), 10_000));
  await run();
  const checks = await kept(connected);
  expect(checks?.findings).toContainEqual({
    check: "Vendor's account",
    state: "good",
    message: `${connected.first.stripe_account} can be paid.`,
  });
  expect((await timesOfChecks(connected.space)).size).toBe(2);
  expect((await timesOfChecks(not.space)).size).toBe(0);
  expect(await requestsTo(connected, "/v1/account")).toHaveLength(1);
  await run();
  expect((await kept(connected))?.checked_at).not.toBe(checks?.checked_at);
});

it("says of a Space whose Stripe fails that it does", async () => {
  const space = await aSpace();
  await run();
  await weather(space, { unavailable: 100 });
  await run();
  expect((await kept(space))?.findings[0]).toMatchObject({ check: "Stripe key", state: "unknown" });
});

it("gives one Space its time and no more, and those there was none for theirs in the next hour", async () => {
  await using nobody = await stripeThatSleeps();
  vi.stubEnv("BASE_URL", nobody.url);
  const vendors = ["Third", "Fourth", "Fifth", "Sixth"].map((name) => newMarketplace(name, true));
  const [many, few] = [await aSpace({ others: vendors }), await aSpace()];
  const began = performance.now();
  await run(500);
  // Each self-test waits for 2.5 s, four at a time: the next four would be another 2.5 s.
  expect(performance.now() - began).toBeLessThan(5_000);
  expect((await timesOfChecks(many.space)).size).toBe(4);
  expect((await timesOfChecks(few.space)).size).toBe(2);
  await run(500);
  expect((await timesOfChecks(many.space)).size).toBe(6);
});

it("goes on to the other Spaces where one Space's partition does not answer", async () => {
  const [one, ...others] = await Promise.all([aSpace(), aSpace(), aSpace()]);
  using _throttled = throttle(spaceKey(one.space));
  expect(await run()).toBe(3);
  for (const { space } of others) expect((await timesOfChecks(space)).size).toBe(2);
});

it("goes on to a Space's other Marketplaces where one's rows do not answer", async () => {
  const space = await aSpace();
  const [broken, other] = await listMarketplaces(space.space);
  if (!broken || !other) throw new Error("a Space has two");
  await run();
  const times = await timesOfChecks(space.space);
  expect(times.size).toBe(2);
  using _throttled = throttle(checksRow(broken));
  await run();
  const later = await timesOfChecks(space.space);
  expect(later.get(checksRow(broken))).toBe(times.get(checksRow(broken)));
  expect(later.get(checksRow(other))).not.toBe(times.get(checksRow(other)));
});
