import { beforeEach, describe, expect, it } from "vitest";
import { handler as receive } from "../../../functions/stripe_events/receive.ts";
import { SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import { readWebhookSecrets } from "../../../lib/marketplaces/webhook_secrets.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { finishRotation } from "../../../lib/stripe_webhook_endpoints/finish_rotation.ts";
import { findRegistered } from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { removeEndpoints } from "../../../lib/stripe_webhook_endpoints/remove_endpoints.ts";
import { rotateEndpoints } from "../../../lib/stripe_webhook_endpoints/rotate_endpoints.ts";
import { endpointsAtStripe } from "../../support/endpoints.ts";
import { anEvent, sign } from "../../support/events.ts";
import { weather } from "../../support/orders.ts";
import { aRequest } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});

const registered = async () => (await findRegistered(space.space)).endpoints;
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

  it("removes an old endpoint when its successor has verified an event, and not before", async () => {
    const [platform, connect] = await registered();
    const { old, fresh } = await rotated();
    await deliver(old);
    await finishRotation(space.space);
    expect(await registered()).toHaveLength(4);
    await deliver(fresh);
    await finishRotation(space.space);
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
    const [, afterwards] = [await finishRotation(space.space), await registered()];
    expect(afterwards).toHaveLength(3);
    expect((await storedEvent(space, event.id))?.runs).toHaveLength(1);
  });

  it("is finished the next time where it was cut off between Stripe and our row", async () => {
    const [platform] = await registered();
    const { fresh } = await rotated();
    await deliver(fresh);
    await stripeClient(space.stripeSecretKey).webhookEndpoints.del(platform?.id ?? "");
    await finishRotation(space.space);
    expect((await registered()).map(({ id }) => id)).not.toContain(platform?.id);
  });

  it("waits where Stripe does not answer", async () => {
    const { fresh } = await rotated();
    await deliver(fresh);
    await weather(space, { unavailable: 2, only: "/v1/webhook_endpoints" });
    await finishRotation(space.space);
    expect(await registered()).toHaveLength(4);
    await finishRotation(space.space);
    expect(await registered()).toHaveLength(3);
  });

  it("needs endpoints", async () => {
    await removeEndpoints(space.space);
    expect(await rotateEndpoints(space.space, "jenny@convene.example")).toMatchObject({
      trouble: { code: "no_endpoints" },
    });
  });
});
