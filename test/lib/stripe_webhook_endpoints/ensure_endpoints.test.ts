import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSpace } from "../../../lib/spaces/create_space.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { handledTypes } from "../../../lib/stripe_events/registry.ts";
import { ensureEndpoints } from "../../../lib/stripe_webhook_endpoints/ensure_endpoints.ts";
import { findRegistered } from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { removeEndpoints } from "../../../lib/stripe_webhook_endpoints/remove_endpoints.ts";
import { spaceForwardUrl } from "../../../lib/urls.ts";
import { createUtility } from "../../../lib/utilities/create_utility.ts";
import { endpointsAtStripe, kindsAtStripe } from "../../support/endpoints.ts";
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

/** As it is before anything was connected. */
const withoutEndpoints = () => removeEndpoints(space.space);

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
    await withoutEndpoints();
    const states = await Promise.all([1, 2, 3, 4].map(() => ensureEndpoints(space.space)));
    expect(states.filter(({ state }) => state === "registered").length).toBeGreaterThan(0);
    for (const state of states)
      if (state.state !== "registered") expect(state).toMatchObject({ trouble: { code: "under_way" } });
    expect(await kindsAtStripe(space)).toEqual(["false", "true"]);
  });

  it("take the place of one that a cut-off run left without its secret", async () => {
    await withoutEndpoints();
    const lost = await stripe.webhookEndpoints.create({
      url: spaceForwardUrl(space.space),
      enabled_events: ["*"],
    });
    await ensureEndpoints(space.space);
    expect((await endpointsAtStripe(space)).map(({ id }) => id)).toEqual(await ids());
    expect(await ids()).not.toContain(lost.id);
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
    await withoutEndpoints();
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
    await withoutEndpoints();
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

it("removes them, with their secrets, and again without complaint", async () => {
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
  expect(await endpointsAtStripe(space)).toEqual([]);
  expect(await findRegistered(space.space)).toMatchObject({ endpoints: [] });
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
});

it("keeps what could not be removed on the row, for the next time", async () => {
  const before = await ids();
  await weather(space, { unavailable: 2, only: PATH });
  expect(await removeEndpoints(space.space)).toMatchObject({ state: "trouble" });
  expect(await ids()).toEqual(before);
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
});
