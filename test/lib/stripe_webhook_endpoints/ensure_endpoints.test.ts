import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { createSpace } from "../../../lib/spaces/create_space.ts";
import { saveRecovery } from "../../../lib/spaces/recovery.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { handledTypes } from "../../../lib/stripe_events/registry.ts";
import { ensureEndpoints } from "../../../lib/stripe_webhook_endpoints/ensure_endpoints.ts";
import { findRegistered } from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { removeEndpoints } from "../../../lib/stripe_webhook_endpoints/remove_endpoints.ts";
import { spaceForwardUrl } from "../../../lib/urls.ts";
import { createUtility } from "../../../lib/utilities/create_utility.ts";
import {
  ageEndpoints,
  endpointsAtStripe,
  kindsAtStripe,
  TRIED_FOR_MS,
  withoutEndpoints,
} from "../../support/endpoints.ts";
import { weather } from "../../support/orders.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { requestsTo } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

const PATH = "/v1/webhook_endpoints";
let space: TestSpace;
let stripe: Stripe;

beforeEach(async () => {
  space = await aSpace();
  stripe = stripeClient(space.stripeSecretKey);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const ids = async (): Promise<string[]> => (await findRegistered(space.space)).endpoints.map(({ id }) => id);

/** What was asked of Stripe that changes something. */
const writes = async () => (await requestsTo(space, PATH)).filter(({ method }) => method === "POST").length;

describe("a Space's webhook endpoints", () => {
  it("are two, for the platform and for its connected accounts, and hear what has a handler", async () => {
    const url = spaceForwardUrl(space.space);
    const pinned = { api_version: Stripe.API_VERSION, enabled_events: handledTypes, status: "enabled", url };
    expect(await endpointsAtStripe(space)).toMatchObject([pinned, pinned]);
    const { endpoints } = await findRegistered(space.space);
    expect(endpoints.map(({ connect, account }) => [connect, account])).toEqual([
      [false, space.stripeAccount],
      [true, space.stripeAccount],
    ]);
    expect(await kindsAtStripe(space)).toEqual(["false", "true"]);
  });

  it("stay as they are when they are right", async () => {
    const before = [await ids(), await writes()];
    expect(await ensureEndpoints(space.space)).toEqual({ state: "registered" });
    expect([await ids(), await writes()]).toEqual(before);
  });

  it("are one set, however many ask at once", async () => {
    await withoutEndpoints(space);
    const states = await Promise.all([1, 2, 3, 4].map(() => ensureEndpoints(space.space)));
    expect(states.filter(({ state }) => state === "registered").length).toBeGreaterThan(0);
    for (const state of states)
      if (state.state !== "registered") expect(state).toMatchObject({ trouble: { code: "under_way" } });
    expect(await kindsAtStripe(space)).toEqual(["false", "true"]);
  });

  describe("at whose address there is one more", () => {
    const audit = async () => (await readSpace(space.space)).audit.map(({ what }) => what);
    const stillThere = async ({ id }: { id: string }) =>
      (await endpointsAtStripe(space)).some((endpoint) => endpoint.id === id);
    const another = (metadata: Record<string, string> = {}) =>
      stripe.webhookEndpoints.create({
        url: spaceForwardUrl(space.space),
        enabled_events: ["*"],
        metadata,
      });

    it("leave one that somebody made by hand for three days, and say in the audit that it went", async () => {
      const byHand = await another();
      await ensureEndpoints(space.space);
      expect(await stillThere(byHand)).toBe(true);
      await recoverNow();
      await ensureEndpoints(space.space);
      // It may hear connected accounts, which no list of events tells of.
      expect(await stillThere(byHand)).toBe(true);
      await ageEndpoints(space, TRIED_FOR_MS);
      await ensureEndpoints(space.space);
      expect(await stillThere(byHand)).toBe(false);
      expect(await audit()).toEqual([
        `removed the webhook endpoint ${byHand.id} at this Space's address, which somebody had made by hand`,
      ]);
      expect(await kindsAtStripe(space)).toEqual(["false", "true"]);
    });

    it("write that down before they do it", async () => {
      const byHand = await another();
      await ageEndpoints(space, TRIED_FOR_MS);
      await weather(space, { unavailable: 2, only: "DELETE /v1/webhook_endpoints" });
      expect(await ensureEndpoints(space.space)).toMatchObject({ state: "trouble" });
      expect(await stillThere(byHand)).toBe(true);
      expect(await audit()).toEqual([expect.stringContaining(byHand.id)]);
    });

    it("replace one that a cut-off run left without its secret, once recovery has what it alone heard", async () => {
      const cutOff = { space: space.space, connect: "false" };
      const lost = await another(cutOff);
      await ensureEndpoints(space.space);
      expect(await stillThere(lost)).toBe(true);
      await recoverNow();
      await ensureEndpoints(space.space);
      expect(await stillThere(lost)).toBe(false);
      expect(await audit()).toEqual([
        `removed the webhook endpoint ${lost.id} at this Space's address, whose secret was never saved`,
      ]);
    });

    /** Recovery comes to this moment. */
    async function recoverNow(): Promise<void> {
      await saveRecovery({
        space: space.space,
        account: space.stripeAccount,
        livemode: false,
        events: [{ types: handledTypes, until: new Date().toISOString() }],
      });
    }
  });

  it("leave alone what is somebody else's", async () => {
    const other = await stripe.webhookEndpoints.create({
      url: "https://elsewhere.example/hook",
      enabled_events: ["charge.refunded"],
    });
    await ensureEndpoints(space.space);
    expect(await stripe.webhookEndpoints.retrieve(other.id)).toMatchObject({
      enabled_events: ["charge.refunded"],
    });
  });

  it.each<[string, Stripe.WebhookEndpointUpdateParams]>([
    ["switched off", { disabled: true }],
    ["of a registry with fewer types", { enabled_events: ["checkout.session.completed"] }],
    ["of another address of ours", { url: "http://convene.invalid:3000/old" }],
  ])("are mended where one was %s, and keep their secrets", async (_what, change) => {
    const [first = ""] = await ids();
    await stripe.webhookEndpoints.update(first, change);
    const before = await ids();
    await ensureEndpoints(space.space);
    expect(await ids()).toEqual(before);
    expect(await endpointsAtStripe(space)).toHaveLength(2);
    expect(await stripe.webhookEndpoints.retrieve(first)).toMatchObject({
      status: "enabled",
      enabled_events: handledTypes,
      url: spaceForwardUrl(space.space),
    });
  });

  it("move with the service's address", async () => {
    const before = await ids();
    vi.stubEnv("BASE_URL", "http://moved.invalid:3000");
    await ensureEndpoints(space.space);
    expect((await endpointsAtStripe(space)).map(({ id }) => id)).toEqual(before);
  });

  it("are made again where somebody deleted one at Stripe", async () => {
    const [first = "", second] = await ids();
    await stripe.webhookEndpoints.del(first);
    await ensureEndpoints(space.space);
    expect(await ids()).toContain(second);
    expect(await ids()).not.toContain(first);
    expect(await kindsAtStripe(space)).toEqual(["false", "true"]);
  });

  it("are no more than Stripe allows: that is a sentence, and works once there is room", async () => {
    await withoutEndpoints(space);
    const others = [];
    for (let count = 0; count < 15; count++)
      others.push(
        await stripe.webhookEndpoints.create({ url: "https://elsewhere.example/", enabled_events: ["*"] }),
      );
    expect(await ensureEndpoints(space.space)).toMatchObject({
      state: "trouble",
      trouble: { status: 409, code: "too_many_endpoints" },
    });
    // The one for which there was room is there, and stays.
    expect(await ids()).toHaveLength(1);
    const kept = await ids();
    await stripe.webhookEndpoints.del(others[0]?.id ?? "");
    expect(await ensureEndpoints(space.space)).toEqual({ state: "registered" });
    expect(await ids()).toEqual([...kept, expect.any(String)]);
  });
});

// list; list, create; list, create: the SDK asks twice before it gives up
describe.each([0, 1, 2, 3, 4])("where Stripe fails after %i calls", (calls) => {
  it.each([
    ["unavailable", 503, "stripe_unavailable"],
    ["rate_limit", 503, "stripe_busy"],
  ])("with %s, nothing is doubled, and the next time does the rest", async (trouble, status, code) => {
    await withoutEndpoints(space);
    const asked = (await requestsTo(space, PATH)).length;
    const ensuring = ensureEndpoints(space.space);
    await vi.waitUntil(async () => (await requestsTo(space, PATH)).length >= asked + calls, {
      interval: 1,
      timeout: PATIENCE_MS,
    });
    await weather(space, { [trouble]: 50, only: PATH });
    const state = await ensuring;
    await weather(space, { [trouble]: 0 });
    // It may have been through already.
    if (state.state !== "registered")
      expect(state).toMatchObject({ state: "trouble", trouble: { status, code } });
    expect(await ensureEndpoints(space.space)).toEqual({ state: "registered" });
    expect(await kindsAtStripe(space)).toEqual(["false", "true"]);
    expect((await endpointsAtStripe(space)).map(({ id }) => id)).toEqual(await ids());
  });
});

it("says that the Space has no key", async () => {
  const name = `${space.space}-2`;
  await createSpace({ space: name, name: "New" }, "a test");
  await createUtility(name, { utility_name: "Stripe" }, "a test");
  expect(await ensureEndpoints(name)).toMatchObject({ state: "trouble", trouble: { code: "no_api_token" } });
});

it("registers nothing where Stripe cannot reach us", async () => {
  vi.stubEnv("STRIPE_API_BASE", "");
  expect(await ensureEndpoints(space.space)).toEqual({ state: "unreachable" });
});

it("retires them, removes them with their secrets after three days, and again without complaint", async () => {
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
  expect(await kindsAtStripe(space)).toEqual(["false", "true"]);
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
  await ageEndpoints(space, TRIED_FOR_MS - 60_000);
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
  expect(await kindsAtStripe(space)).toEqual(["false", "true"]);
  await ageEndpoints(space, 60_000);
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
  expect(await endpointsAtStripe(space)).toEqual([]);
  expect(await findRegistered(space.space)).toMatchObject({ endpoints: [] });
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
});

it("keeps what could not be removed on the row, for the next time", async () => {
  const before = await ids();
  await removeEndpoints(space.space);
  await ageEndpoints(space, TRIED_FOR_MS);
  await weather(space, { unavailable: 2, only: PATH });
  expect(await removeEndpoints(space.space)).toMatchObject({ state: "trouble" });
  expect(await ids()).toEqual(before);
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
});
