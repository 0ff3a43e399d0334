import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { eventKey } from "../../../lib/dynamodb/keys.ts";
import { NotFound } from "../../../lib/errors.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { replayEvent } from "../../../lib/stripe_events/replay_event.ts";
import { cachedPlatform } from "../../../lib/utilities/platform.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { anOrder, atStripe, orderNow, weather } from "../../support/orders.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

/** An event that has had its first run; without a session, one that nothing can mend. */
async function handled(session?: string): Promise<string> {
  const { id, body } = anEvent({
    type: "checkout.session.completed",
    object: { id: session, object: "checkout.session" },
  });
  await deliver(space, body);
  const event = await storedEvent(space, id);
  if (event) await processEvent(event);
  return id;
}

/** Holds the first of two writes back until the second is there: both were decided on by what was read before either. */
function writeAfterBothHaveRead(): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  let writes = 0;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        if (commandName === "TransactWriteItemsCommand" || commandName === "TransactWriteCommand") {
          writes += 1;
          if (writes === 2) resolve();
          await promise;
        }
        return await next(request);
      },
    { step: "initialize", name: "both have read", override: true },
  );
  onTestFinished(() => void dynamodb.middlewareStack.remove("both have read"));
}

describe("replayEvent", () => {
  it("handles a finished event again, and nothing happens twice", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    const id = await handled(order.checkout_session);
    expect(await replayEvent(space.space, id, "a test")).toMatchObject({
      status: "succeeded",
      replayed_at: expect.any(String),
      runs: [{ outcome: "succeeded" }, { outcome: "succeeded" }],
    });
    expect(await orderNow(order)).toMatchObject({ status: "paid", entries: ["placed", "paid"] });
  });

  it("revives a dead event, which will not expire before it has ended again", async () => {
    const id = await handled();
    expect(await storedEvent(space, id)).toMatchObject({ status: "dead" });
    expect(await replayEvent(space.space, id, "a test")).toMatchObject({
      status: "dead",
      runs: [{}, { outcome: "dead" }],
    });
  });

  it("gives a failing event three new days", async () => {
    const order = await anOrder(space);
    const id = await handled(order.checkout_session);
    await weather(space, { unavailable: 2 });
    expect(await replayEvent(space.space, id, "a test")).toMatchObject({
      status: "retrying",
      due_at: expect.any(String),
    });
    const Key = eventKey(space.space, id);
    const { Item } = await dynamodb.send(new GetCommand({ TableName: configuration.eventsTable, Key }));
    expect(Item?.expires_at_s).toBeUndefined();
  });

  it("is in the audit before the handler does anything, with who did it", async () => {
    const order = await anOrder(space);
    const id = await handled(order.checkout_session);
    const atStripeThen = vi.fn<() => Promise<void>>();
    const { stripe } = await cachedPlatform(space.space);
    const retrieve = vi.spyOn(stripe.checkout.sessions, "retrieve").mockImplementation(async () => {
      expect((await readSpace(space.space)).audit[0]).toMatchObject({
        actor: "Dana",
        what: `replayed ${id}`,
      });
      await atStripeThen();
      throw new Error("the process ends here");
    });
    await replayEvent(space.space, id, "Dana");
    retrieve.mockRestore();
    expect(atStripeThen).toHaveBeenCalledOnce();
  });

  it("is in no audit where it was refused", async () => {
    const { id, body } = anEvent();
    await deliver(space, body);
    await expect(replayEvent(space.space, id, "Dana")).rejects.toMatchObject({ code: "being_handled" });
    const { audit } = await readSpace(space.space);
    expect(audit.filter(({ what }) => what === `replayed ${id}`)).toEqual([]);
  });

  it("refuses an event whose first run has its lease", async () => {
    const { id, body } = anEvent();
    await deliver(space, body);
    await expect(replayEvent(space.space, id, "a test")).rejects.toMatchObject({
      status: 409,
      code: "being_handled",
    });
    expect(await storedEvent(space, id)).toMatchObject({ status: "received", runs: [{}] });
  });

  it("refuses an event that a retry is running, and takes it when that run was lost", async () => {
    const id = await handled();
    const runs = [{ at: new Date().toISOString() }];
    const update = (due_at: string) =>
      dynamodb.send(
        new UpdateCommand({
          TableName: configuration.eventsTable,
          Key: eventKey(space.space, id),
          UpdateExpression: "SET #status = :retrying, due_at = :due, runs = :runs",
          ExpressionAttributeNames: { "#status": "status" },
          ExpressionAttributeValues: { ":retrying": "retrying", ":due": due_at, ":runs": runs },
        }),
      );
    await update(new Date(Date.now() + 60_000).toISOString());
    await expect(replayEvent(space.space, id, "a test")).rejects.toMatchObject({
      status: 409,
      code: "being_handled",
    });
    await update(new Date(Date.now() - 1_000).toISOString());
    expect(await replayEvent(space.space, id, "a test")).toMatchObject({ runs: [{}, { outcome: "dead" }] });
  });

  it("runs once where two replay at the same moment", async () => {
    const id = await handled();
    writeAfterBothHaveRead();
    const replays = await Promise.allSettled([
      replayEvent(space.space, id, "a test"),
      replayEvent(space.space, id, "a test"),
    ]);
    const refused = replays.filter(({ status }) => status === "rejected").length;
    expect((await storedEvent(space, id))?.runs).toHaveLength(3 - refused);
  });

  it("keeps the last twenty runs, however often it is asked", async () => {
    const id = await handled();
    for (let times = 0; times < 22; times++) await replayEvent(space.space, id, "a test");
    expect((await storedEvent(space, id))?.runs).toHaveLength(21);
  });

  it("finds no event of another Space", async () => {
    const other = await aSpace();
    const id = await handled();
    await expect(replayEvent(other.space, id, "a test")).rejects.toThrow(NotFound);
  });
});
