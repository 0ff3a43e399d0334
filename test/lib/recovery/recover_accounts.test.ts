import { beforeEach, describe, expect, it, vi } from "vitest";
import { after, now } from "../../../lib/clock.ts";
import { marketplaceRow } from "../../../lib/dynamodb/keys.ts";
import { connectionStatus } from "../../../lib/marketplaces/connection_status.ts";
import { recoverAccounts } from "../../../lib/recovery/recover_accounts.ts";
import { newMarketplace } from "../../../local/demo_seed.ts";
import { marketplaceNow } from "../../support/connection.ts";
import { weather } from "../../support/orders.ts";
import { aPass } from "../../support/recovery.ts";
import { deauthorizeAtStripe, requestsTo, turn } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { throttle } from "../../support/throttling.ts";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});

async function recover(facts?: Parameters<typeof aPass>[1]) {
  const found = { listed: 0, changed: 0, disconnected: 0 };
  await recoverAccounts(await aPass(space, facts), found);
  return found;
}

const statusOf = async (marketplace?: TestSpace["first"]) =>
  connectionStatus(await marketplaceNow(space, marketplace ? { marketplace } : {})).status;

describe("connected accounts", () => {
  it("are compared with one list, and not one read for each", async () => {
    expect(await recover()).toEqual({ listed: 2, changed: 2, disconnected: 0 });
    expect(await recover()).toEqual({ listed: 2, changed: 0, disconnected: 0 });
    // Paths that begin so: of all requests, only the lists.
    expect((await requestsTo(space, "/v1/accounts")).map(({ method }) => method)).toEqual(["GET", "GET"]);
    expect(await statusOf()).toBe("can_be_paid");
  });

  it("bring what changed at Stripe without an event", async () => {
    await recover();
    await turn(space, space.first.stripe_account ?? "", "restrict");
    expect(await recover()).toEqual({ listed: 2, changed: 1, disconnected: 0 });
    expect([await statusOf(), await statusOf(space.second)]).toEqual(["restricted", "can_be_paid"]);
  });

  it("are disconnected where they are in the list no more", async () => {
    await recover();
    await deauthorizeAtStripe(space, space.first.stripe_account ?? "");
    expect(await recover()).toEqual({ listed: 1, changed: 0, disconnected: 1 });
    expect([await statusOf(), await statusOf(space.second)]).toEqual([
      "disconnected_at_stripe",
      "can_be_paid",
    ]);
    expect(await recover()).toEqual({ listed: 1, changed: 0, disconnected: 0 });
  });

  it("are listed to the end, however many there are, before one is missed", async () => {
    const others = Array.from({ length: 101 }, (_, index) => newMarketplace(`Vendor ${index}`, true));
    space = await aSpace({ others });
    await deauthorizeAtStripe(space, space.first.stripe_account ?? "");
    // The time is over after the first page: the rest is not missed for that.
    expect(await recover({ until: now() })).toMatchObject({ listed: 100, disconnected: 0 });
    expect(await recover({ until: after(now(), 60_000) })).toMatchObject({ listed: 102, disconnected: 1 });
  });

  it("change nothing where Stripe does not answer", async () => {
    await recover();
    await deauthorizeAtStripe(space, space.first.stripe_account ?? "");
    await weather(space, { unavailable: 2, only: "/v1/accounts" });
    await expect(recover()).rejects.toMatchObject({ statusCode: 503 });
    expect(await statusOf()).toBe("can_be_paid");
  });

  it("are each their own: a Marketplace's rows that do not answer hold up no other", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const { stripe_account = "" } of [space.first, space.second])
      await turn(space, stripe_account, "reject");
    using _throttled = throttle(marketplaceRow(space.first));
    await recover();
    expect(await statusOf(space.second)).toBe("rejected");
    vi.restoreAllMocks();
  });
});
