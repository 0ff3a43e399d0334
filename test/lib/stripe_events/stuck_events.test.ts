import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { limitConcurrency } from "../../../lib/async/limit_concurrency.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { eventKey } from "../../../lib/dynamodb/keys.ts";
import { stuckEvents } from "../../../lib/stripe_events/stuck_events.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue } from "../../support/stored_events.ts";

const MINUTE_MS = 60_000;

/** An event that was due so many minutes ago. */
async function dueFor(space: TestSpace, minutes: number): Promise<{ id: string; due_at: string }> {
  const { id, body } = anEvent();
  await deliver(space, body);
  const due_at = await makeDue(space, id, minutes * MINUTE_MS);
  return { id, due_at };
}

it("are those of the Space that are due for ten minutes, and were not run", async () => {
  const [space, other] = await Promise.all([aSpace(), aSpace()]);
  await dueFor(space, 0);
  await dueFor(space, 9);
  await dueFor(other, 60);
  expect(await stuckEvents(space.space)).toBeUndefined();
  await dueFor(space, 11);
  const first = await dueFor(space, 30);
  expect(await stuckEvents(space.space)).toEqual({
    count: 2,
    counted_all: true,
    since: first.due_at,
    example: first.id,
  });
});

it("are found behind another Space's, of which there are many", async () => {
  await ownTables();
  const [space, other] = await Promise.all([aSpace(), aSpace()]);
  const { id } = await dueFor(space, 30);
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.eventsTable, Key: eventKey(space.space, id) }),
  );
  const due_at = new Date(Date.now() - 60 * MINUTE_MS).toISOString();
  // More than one look reads.
  const inTurn = limitConcurrency(25);
  await Promise.all(
    Array.from({ length: 300 }, (_, n) =>
      inTurn(() =>
        dynamodb.send(
          new PutCommand({
            TableName: configuration.eventsTable,
            Item: { ...Item, ...eventKey(other.space, `evt_${n}`), space: other.space, due_at },
          }),
        ),
      ),
    ),
  );
  expect(await stuckEvents(space.space)).toMatchObject({ count: 1, example: id });
});
