import type Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { waitUntil } from "../../../support/wait.ts";
import { newPlatform, newReceiver, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const RETURN_URL = "http://convene.local:3000/return";
const REFRESH_URL = "http://convene.local:3000/refresh";

let platform: Awaited<ReturnType<typeof newPlatform>>;
let account: Stripe.Account;
beforeEach(async () => {
  platform = await newPlatform(url);
  account = await platform.stripe.accounts.create({
    controller: { stripe_dashboard: { type: "full" } },
    capabilities: { transfers: { requested: true } },
    metadata: { marketplace: "1" },
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const aLink = async (stripe = platform.stripe): Promise<string> => {
  const link = await stripe.accountLinks.create({
    account: account.id,
    type: "account_onboarding",
    return_url: RETURN_URL,
    refresh_url: REFRESH_URL,
  });
  return link.url;
};

/** Opens the page behind a link, and presses one of its buttons. @returns where that leads */
async function press(link: string, what: "complete" | "want_more" | "later"): Promise<string | null> {
  const visit = await fetch(link, { redirect: "manual" });
  if (visit.status === 303) return visit.headers.get("location");
  const [, form = ""] = /name="form" value="([^"]+)"/.exec(await visit.text()) ?? [];
  const body = new URLSearchParams({ form, do: what });
  return (await fetch(link, { method: "POST", body, redirect: "manual" })).headers.get("location");
}

const now = () => platform.stripe.accounts.retrieve(account.id);

describe("an account that a platform makes", () => {
  it("is the platform's at once, in the key's mode, and has told Stripe nothing", async () => {
    expect(await now()).toMatchObject({
      details_submitted: false,
      payouts_enabled: false,
      capabilities: { transfers: "inactive" },
      controller: { is_controller: true },
      metadata: { marketplace: "1" },
      requirements: {
        currently_due: expect.arrayContaining(["external_account"]),
        disabled_reason: "requirements.past_due",
      },
    });
    expect((await platform.stripe.accounts.list()).data.map(({ id }) => id)).toEqual([account.id]);
    expect((await platform.live.accounts.list()).data).toEqual([]);
  });

  it("is one for one idempotency key", async () => {
    const make = () => platform.stripe.accounts.create({ type: "standard" }, { idempotencyKey: "connect-1" });
    expect((await make()).id).toBe((await make()).id);
  });
});

describe("an Account Link", () => {
  it.each([
    ["complete", true, "active", 0],
    ["want_more", true, "active", 1],
    ["later", false, "inactive", 10],
  ] as const)("leads to the return URL after %s", async (what, submitted, transfers, due) => {
    expect(await press(await aLink(), what)).toBe(RETURN_URL);
    const { details_submitted, capabilities, requirements } = await now();
    expect([details_submitted, capabilities?.transfers]).toEqual([submitted, transfers]);
    expect(requirements?.currently_due).toHaveLength(due);
  });

  it("is good for one visit; the next leads to the refresh URL", async () => {
    const link = await aLink();
    await press(link, "later");
    expect(await press(link, "complete")).toBe(REFRESH_URL);
    expect((await now()).details_submitted).toBe(false);
  });

  it("is over after some minutes", async () => {
    const link = await aLink();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * 60_000 });
    expect(await press(link, "complete")).toBe(REFRESH_URL);
  });

  it("is for connected accounts only, and for https in live mode", async () => {
    await expect(aLink((await newPlatform(url)).stripe)).rejects.toMatchObject({
      statusCode: expect.any(Number),
    });
    await expect(aLink(platform.live)).rejects.toThrow(
      "Livemode requests must always be redirected via HTTPS",
    );
  });
});

it.each([
  ["complete", { payouts_enabled: true, capabilities: { transfers: "active" } }],
  [
    "want_more",
    { requirements: { currently_due: [expect.any(String)], current_deadline: expect.any(Number) } },
  ],
  [
    "restrict",
    { requirements: { disabled_reason: "requirements.past_due" }, capabilities: { transfers: "inactive" } },
  ],
  ["reject", { requirements: { disabled_reason: "rejected.fraud" }, charges_enabled: false }],
  ["pend", { capabilities: { transfers: "pending" } }],
])("tells the Connect endpoint what became of an account: %s", async (what, facts) => {
  const receiver = await newReceiver();
  await platform.stripe.webhookEndpoints.create({
    url: receiver.url,
    connect: true,
    enabled_events: ["account.updated"],
  });
  await platform.control(`/accounts/${account.id}/onboarding`, { do: what });
  await waitUntil(() => receiver.received.length === 1);
  expect(receiver.received[0]?.event).toMatchObject({
    type: "account.updated",
    account: account.id,
    data: { object: facts },
  });
  expect(await now()).toMatchObject(facts);
});
