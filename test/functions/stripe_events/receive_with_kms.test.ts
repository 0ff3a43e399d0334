import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { handler as dispatch } from "../../../functions/stripe_events/dispatch.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { marketplaceKey, marketplaceRow, SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import { forgetPlatform } from "../../../lib/utilities/platform.ts";
import { placeOf } from "../../support/checkouts.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { type Kms, startKms } from "../../support/kms.ts";
import { anOrder, atStripe } from "../../support/orders.ts";
import { insertRecord } from "../../support/records.ts";
import { aContext, answerOf } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let kms: Kms;
beforeAll(async () => {
  kms = await startKms();
  process.env.SEALING_KMS_KEY = kms.makeKey().arn;
});

/** Each test has a Space whose secrets no test before has opened. */
let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
  kms.calls.length = 0;
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  kms.weather = "well";
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The place that KMS is told for the first Marketplace's webhook secrets. */
const webhookSecrets = () => ({
  space: space.space,
  row: marketplaceRow(placeOf(space)),
  field: "stripe_webhook_endpoint_secret",
});

describe("receiving", () => {
  it("opens a Marketplace's secrets by one call to KMS, and opens nothing else", async () => {
    const events = Array.from({ length: 5 }, () => anEvent());
    const answers = await Promise.all(events.map(({ body }) => deliver(space, body)));
    expect(answers).toEqual(Array(5).fill({ statusCode: 200 }));
    expect(await deliver(space, anEvent().body)).toEqual({ statusCode: 200 });
    expect(kms.calls).toMatchObject([{ action: "Decrypt", context: webhookSecrets() }]);
  });

  it.each(["down", "denied", "silent"] as const)(
    "answers 503 within 5 s, and stores nothing, while KMS is %s; the next time that Stripe sends it is soon enough",
    async (weather) => {
      const { id, body } = anEvent();
      kms.weather = weather;
      const began = performance.now();
      expect(answerOf(await deliver(space, body))).toMatchObject({
        status: 503,
        body: { error: { code: "unavailable" } },
      });
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(await storedEvent(space, id)).toBeUndefined();
      kms.weather = "well";
      expect(await deliver(space, body)).toEqual({ statusCode: 200 });
      expect(await storedEvent(space, id)).toMatchObject({ status: "received" });
    },
  );

  it("goes on without KMS for as long as it remembers the secrets, and not longer", async () => {
    await deliver(space, anEvent().body);
    kms.weather = "down";
    expect(await deliver(space, anEvent().body)).toEqual({ statusCode: 200 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect((await deliver(space, anEvent().body)).statusCode).toBe(503);
  });

  it("opens no secrets that were moved here from another Marketplace, and stores nothing", async () => {
    const Key = marketplaceKey(placeOf(space, space.second));
    const { Item } = await dynamodb.send(
      new GetCommand({ TableName: configuration.settingsTable, Key, ConsistentRead: true }),
    );
    await dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: marketplaceKey(placeOf(space)),
        UpdateExpression: "SET stripe_webhook_endpoint_secret = :moved",
        ExpressionAttributeValues: { ":moved": Item?.stripe_webhook_endpoint_secret },
      }),
    );
    const { id, body } = anEvent();
    expect((await deliver(space, body, space.second.webhookSecret)).statusCode).toBe(500);
    expect(await storedEvent(space, id)).toBeUndefined();
  });
});

describe("dispatching", () => {
  async function paid() {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    const { id, body } = anEvent({
      type: "checkout.session.completed",
      object: { id: order.checkout_session, object: "checkout.session" },
    });
    await deliver(space, body);
    forgetPlatform(space.space);
    kms.calls.length = 0;
    return { id, Records: [await insertRecord(space, id)] };
  }

  it("opens the Space's key, and nothing else", async () => {
    const { id, Records } = await paid();
    await dispatch({ Records }, aContext());
    expect(await storedEvent(space, id)).toMatchObject({ status: "succeeded" });
    const row = `UTILITY#${space.utility}`;
    expect(kms.calls).toMatchObject([
      { action: "Decrypt", context: { space: space.space, row, field: "api_token" } },
    ]);
  });

  it("tries an event again, like any failed one, when KMS was down; it holds up no other", async () => {
    const { id, Records } = await paid();
    kms.weather = "denied";
    expect(await dispatch({ Records }, aContext())).toEqual({ batchItemFailures: [] });
    const event = await storedEvent(space, id);
    expect(event).toMatchObject({
      status: "retrying",
      runs: [{ detail: "AWS KMS did not open the Space's key: AccessDeniedException" }],
      due_at: expect.any(String),
    });
  });
});

it("registers the Space's endpoints with secrets that are sealed for the Space's own row", async () => {
  const { space: name } = await aSpace();
  const context = { space: name, row: SPACE_ROW, field: "stripe_webhook_endpoint_secret" };
  expect(kms.calls).toContainEqual(expect.objectContaining({ action: "Encrypt", context }));
});
