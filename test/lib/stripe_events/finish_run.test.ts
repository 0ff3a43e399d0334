import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { eventKey } from "../../../lib/dynamodb/keys.ts";
import { finishRun } from "../../../lib/stripe_events/finish_run.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent, nowS } from "../../support/events.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue, storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

async function received() {
  const { id, body } = anEvent();
  await deliver(space, body);
  const event = await storedEvent(space, id);
  if (!event) throw new Error("not stored");
  return event;
}

async function expiryOf(id: string): Promise<unknown> {
  const Key = eventKey(space.space, id);
  const { Item } = await dynamodb.send(new GetCommand({ TableName: configuration.eventsTable, Key }));
  return Item?.expires_at_s;
}

const FORTY_FIVE_DAYS_S = 45 * 24 * 60 * 60;

describe("finishRun", () => {
  it.each(["succeeded", "ignored"] as const)(
    "lets what %s expire after 45 days, and be due no more",
    async (outcome) => {
      const event = await received();
      await finishRun(event, { outcome, detail: "as it should" }, new Date());
      expect(await storedEvent(space, event.id)).toMatchObject({
        status: outcome,
        runs: [{ outcome, detail: "as it should" }],
      });
      expect((await storedEvent(space, event.id))?.due_at).toBeUndefined();
      expect(await expiryOf(event.id)).toBeGreaterThan(nowS() + FORTY_FIVE_DAYS_S - 60);
      expect(await expiryOf(event.id)).toBeLessThanOrEqual(nowS() + FORTY_FIVE_DAYS_S);
    },
  );

  it("keeps it for as long as the stage's setting says", async () => {
    vi.stubEnv("EVENT_RETENTION_DAYS", "90");
    const event = await received();
    await finishRun(event, { outcome: "succeeded", detail: "as it should" }, new Date());
    vi.unstubAllEnvs();
    expect(await expiryOf(event.id)).toBeGreaterThan(nowS() + 2 * FORTY_FIVE_DAYS_S - 60);
    expect(await expiryOf(event.id)).toBeLessThanOrEqual(nowS() + 2 * FORTY_FIVE_DAYS_S);
  });

  it.each(["dead", "retrying"] as const)("keeps what is %s for ever", async (outcome) => {
    const event = await received();
    await finishRun(event, { outcome, cause: "run:lost", detail: "not yet" }, new Date());
    expect(await expiryOf(event.id)).toBeUndefined();
  });

  it("writes nothing where another has claimed the event meanwhile", async () => {
    const event = await received();
    await makeDue(space, event.id);
    const claimed = await storedEvent(space, event.id);
    await finishRun(event, { outcome: "dead", cause: "run:lost", detail: "too late" }, new Date());
    expect(await storedEvent(space, event.id)).toEqual(claimed);
  });
});
