import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { handler as receive } from "../../../functions/stripe_events/receive.ts";
import { SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import { readWebhookSecrets } from "../../../lib/marketplaces/webhook_secrets.ts";
import { recoverEvents } from "../../../lib/recovery/recover_events.ts";
import { mask } from "../../../lib/secrets/mask.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { parseEvent } from "../../../lib/stripe_events/incoming_event.ts";
import { listEvents } from "../../../lib/stripe_events/list_events.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { handledTypes } from "../../../lib/stripe_events/registry.ts";
import { storeEvent } from "../../../lib/stripe_events/store_event.ts";
import { verifiedWith } from "../../../lib/stripe_events/stored_event.ts";
import { ensureEndpoints } from "../../../lib/stripe_webhook_endpoints/ensure_endpoints.ts";
import { finishRotation } from "../../../lib/stripe_webhook_endpoints/finish_rotation.ts";
import {
  findRegistered,
  isActive,
  readRegistered,
  saveRegistered,
} from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { removeEndpoints } from "../../../lib/stripe_webhook_endpoints/remove_endpoints.ts";
import { rotateEndpoints } from "../../../lib/stripe_webhook_endpoints/rotate_endpoints.ts";
import { spaceForwardUrl } from "../../../lib/urls.ts";
import { ageEndpoints, endpointsAtStripe, TRIED_FOR_MS, withoutEndpoints } from "../../support/endpoints.ts";
import { anEvent, sign } from "../../support/events.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { aPass, MINUTE_MS } from "../../support/recovery.ts";
import { aRequest } from "../../support/requests.ts";
import { serve } from "../../support/serve.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});

const registered = async () => (await findRegistered(space.space)).endpoints;
const retired = async () =>
  (await registered()).filter((endpoint) => !isActive(endpoint)).map(({ id }) => id);
const secrets = async () => (await readWebhookSecrets(space.space, SPACE_ROW)) ?? [];

/** Stripe delivers an event to the Space's address, signed with one of its secrets. */
async function deliver(secret: string, { body } = anEvent()): Promise<number | undefined> {
  const headers = { "stripe-signature": sign(body, secret) };
  const { statusCode } = await receive(
    aRequest({ method: "POST", path: { space: space.space }, headers, body }),
  );
  return statusCode;
}

/** The secrets of the platform's endpoint: the one there was, and the new one. */
async function rotated(): Promise<{ old: string; fresh: string }> {
  expect(await rotateEndpoints(space.space, "jenny@convene.example")).toEqual({ state: "registered" });
  const [old = "", , fresh = ""] = await secrets();
  return { old, fresh };
}

describe("a rotation", () => {
  it("lets old and new secrets live side by side", async () => {
    const before = await registered();
    const { old, fresh } = await rotated();
    expect(await registered()).toMatchObject([
      ...before,
      { connect: false, replaces: before[0]?.id },
      { connect: true, replaces: before[1]?.id },
    ]);
    expect(await endpointsAtStripe(space)).toHaveLength(4);
    expect([await deliver(old), await deliver(fresh)]).toEqual([200, 200]);
  });

  it("is one at a time", async () => {
    await rotated();
    expect(await rotateEndpoints(space.space, "jenny@convene.example")).toMatchObject({
      trouble: { code: "rotation_under_way" },
    });
    expect(await registered()).toHaveLength(4);
  });

  it("retires an old endpoint when its successor has verified an event, and not before; three days later it goes", async () => {
    const [platform, connect] = await registered();
    const { old, fresh } = await rotated();
    await deliver(old);
    await finishRotation(space.space);
    expect(await retired()).toEqual([]);
    await deliver(fresh);
    await finishRotation(space.space);
    expect(await retired()).toEqual([platform?.id]);
    await ensureEndpoints(space.space);
    expect(await secrets()).toContain(old);
    await ageEndpoints(space, TRIED_FOR_MS);
    await ensureEndpoints(space.space);
    const left = (await registered()).map(({ id }) => id);
    expect(left).not.toContain(platform?.id);
    expect(left).toContain(connect?.id);
    expect((await endpointsAtStripe(space)).map(({ id }) => id).sort()).toEqual(left.sort());
    expect(await secrets()).not.toContain(old);
    expect(await secrets()).toContain(fresh);
  });

  it.each([
    ["the old endpoint's delivery always comes first", ["old", "fresh"]],
    ["the new endpoint's delivery always comes first", ["fresh", "old"]],
  ] as const)("ends where %s, because a second delivery proves as much", async (_what, order) => {
    const two = await rotated();
    const event = anEvent();
    for (const which of order) expect(await deliver(two[which], event)).toBe(200);
    await finishRotation(space.space);
    expect(await retired()).toHaveLength(1);
    expect((await storedEvent(space, event.id))?.runs).toHaveLength(1);
  });

  it("ends where recovery had stored an event before the new endpoint delivered it", async () => {
    const { fresh } = await rotated();
    const { id, body } = anEvent();
    const event = parseEvent(Buffer.from(body));
    if (event) await storeEvent(space.space, event, Buffer.from(body), undefined);
    expect(await deliver(fresh, { id, body })).toBe(200);
    await finishRotation(space.space);
    expect(await retired()).toHaveLength(1);
  });

  it("may follow another whose old endpoints wait for their last deliveries", async () => {
    const { fresh } = await rotated();
    const [, , , connect = ""] = await secrets();
    for (const secret of [fresh, connect]) await deliver(secret);
    await finishRotation(space.space);
    expect(await rotateEndpoints(space.space, "jenny@convene.example")).toEqual({ state: "registered" });
    expect(await registered()).toHaveLength(6);
    expect(await retired()).toHaveLength(2);
  });

  it("removes nothing twice where it was cut off between Stripe and our row", async () => {
    const [platform] = await registered();
    const { fresh } = await rotated();
    await deliver(fresh);
    await finishRotation(space.space);
    await ageEndpoints(space, TRIED_FOR_MS);
    await stripeClient(space.stripeSecretKey).webhookEndpoints.del(platform?.id ?? "");
    await ensureEndpoints(space.space);
    expect((await registered()).map(({ id }) => id)).not.toContain(platform?.id);
    expect(await registered()).toHaveLength(3);
  });

  it("waits where Stripe does not answer", async () => {
    const { fresh } = await rotated();
    await deliver(fresh);
    await finishRotation(space.space);
    await ageEndpoints(space, TRIED_FOR_MS);
    await weather(space, { unavailable: 2, only: "/v1/webhook_endpoints" });
    await ensureEndpoints(space.space);
    expect(await registered()).toHaveLength(4);
    await ensureEndpoints(space.space);
    expect(await registered()).toHaveLength(3);
  });

  it("needs endpoints", async () => {
    await withoutEndpoints(space);
    expect(await rotateEndpoints(space.space, "jenny@convene.example")).toMatchObject({
      trouble: { code: "no_endpoints" },
    });
  });
});

describe("what Stripe has still to deliver by an old endpoint", () => {
  /** Where Stripe posts: away at first, then the function itself. */
  let isAway = true;
  let asked = 0;
  let origin: string;
  beforeAll(async () => {
    origin = await serve(async (request) => {
      asked += 1;
      if (isAway) return { statusCode: 503 };
      return await receive({ ...request, pathParameters: { space: space.space } });
    });
  });
  afterEach(() => vi.unstubAllEnvs());

  /** The Space's endpoints are at that address. */
  async function moveThere(): Promise<void> {
    vi.stubEnv("BASE_URL", origin);
    isAway = true;
    await ensureEndpoints(space.space);
  }

  async function paidWhileAway() {
    const before = asked;
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    await vi.waitUntil(() => asked > before, { timeout: PATIENCE_MS, interval: 10 });
    return order;
  }

  it("comes after a rotation by a person, with the old secret, and pays the Order", async () => {
    await moveThere();
    const order = await paidWhileAway();
    const { old, fresh } = await rotated();
    await deliver(fresh); // it verifies another event
    await finishRotation(space.space);
    await ensureEndpoints(space.space);
    expect(await retired()).toHaveLength(1);
    isAway = false;
    const event = await vi.waitUntil(async () => await delivered(old), { timeout: PATIENCE_MS });
    expect(event).not.toHaveProperty("recovered");
    const stored = await storedEvent(space, event.id);
    if (stored) await processEvent(stored);
    expect(await orderNow(order)).toMatchObject({ status: "paid" });
  });

  it("comes after a rotation by a new API version of the SDK, and after the last disconnect", async () => {
    await moveThere();
    const old = await madeByAnEarlierVersion();
    await paidWhileAway();
    await ensureEndpoints(space.space);
    const [, , fresh = ""] = await secrets();
    await deliver(fresh);
    await finishRotation(space.space);
    await removeEndpoints(space.space);
    expect(await retired()).toHaveLength(3);
    isAway = false;
    await vi.waitUntil(async () => await delivered(old), { timeout: PATIENCE_MS });
  });

  /** The platform's endpoint is of another API version than the SDK's. @returns its secret */
  async function madeByAnEarlierVersion(): Promise<string> {
    const before = await readRegistered(space.space);
    const [platform, ...others] = before.endpoints;
    const stripe = stripeClient(space.stripeSecretKey);
    const { id, secret = "" } = await stripe.webhookEndpoints.create({
      url: spaceForwardUrl(space.space),
      enabled_events: handledTypes,
    });
    if (!platform) throw new Error("no endpoint");
    await stripe.webhookEndpoints.del(platform.id);
    const earlier = { ...platform, id, secret: mask(secret), whsec: secret };
    await saveRegistered(space.space, before, [earlier, ...others], null, "");
    return secret;
  }

  it("is waited for no longer than recovery takes to read Stripe's list past the rotation", async () => {
    await moveThere();
    await paidWhileAway();
    const [platform] = await registered();
    const { fresh } = await rotated();
    await deliver(fresh);
    await finishRotation(space.space);
    const pass = await aPass(space);
    await recoverEvents(pass, { pages: 0, listed: 0, known: 0, put_in: 0 });
    await ensureEndpoints(space.space);
    expect(await retired()).toEqual([platform?.id]); // the last minute was not read
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * MINUTE_MS });
    try {
      const found = { pages: 0, listed: 0, known: 0, put_in: 0 };
      await recoverEvents(await aPass(space), found);
      // The payment; and its fee, if Stripe has told of it by then.
      expect(found.put_in).toBeGreaterThanOrEqual(1);
    } finally {
      vi.useRealTimers();
    }
    await ensureEndpoints(space.space);
    expect(await retired()).toEqual([]);
    expect((await endpointsAtStripe(space)).map(({ id }) => id)).not.toContain(platform?.id);
  });

  /** The event that came by an endpoint, once it has. */
  async function delivered(secret: string) {
    const { data } = await listEvents({ space: space.space, limit: 10, next: undefined });
    return data.find(
      ({ type, verified_with }) =>
        type === "checkout.session.completed" && verified_with === verifiedWith(undefined, mask(secret)),
    );
  }
});
