import { beforeAll, expect, it } from "vitest";
import { eventKey } from "../../../lib/dynamodb/keys.ts";
import { dueEvents } from "../../../lib/stripe_events/due_events.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue } from "../../support/stored_events.ts";

await ownTables();

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

it("finds what is due in every shard, oldest first, and nothing else", async () => {
  const due: string[] = [];
  for (let n = 0; n < 20; n++) {
    const [isDue, isNot] = [anEvent(), anEvent()];
    await deliver(space, isDue.body);
    await deliver(space, isNot.body);
    await makeDue(space, isDue.id);
    due.push(eventKey(space.space, isDue.id).pk);
  }
  const found = await dueEvents(new Date(Date.now() + 10_000));
  expect(found.map(({ pk }) => pk)).toEqual(due);
});
