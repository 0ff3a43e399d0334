import * as v from "valibot";
import { beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { dueRows } from "../../../lib/dynamodb/due_index.ts";
import { dueShardOf } from "../../../lib/dynamodb/due_shard.ts";
import { eventKey } from "../../../lib/dynamodb/keys.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue } from "../../support/stored_events.ts";

await ownTables();

const Due = v.object({ pk: v.string(), due_at: v.string() });
const dueEvents = (until: Date) => dueRows(configuration.eventsTable, Due, until);

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
  const found = await dueEvents(new Date(Date.now() + PATIENCE_MS));
  expect(found.map(({ pk }) => pk)).toEqual(due);
});

/** Lets no query of these shards through until the test is over. */
function throttleShards(isThrottled: (shard: number) => boolean): void {
  const shardOf = (input: object): number =>
    Number(/":shard":(?:\{"N":")?(\d+)/.exec(JSON.stringify(input))?.[1]);
  dynamodb.middlewareStack.add(
    (next) => async (request) => {
      if (isThrottled(shardOf(request.input))) throw new Error("throttled");
      return await next(request);
    },
    { step: "initialize", name: "throttled shards", override: true },
  );
  onTestFinished(() => void dynamodb.middlewareStack.remove("throttled shards"));
}

it("finds what is due in the other shards where one does not answer, and throws where none does", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const until = new Date(Date.now() + PATIENCE_MS);
  const all = await dueEvents(until);
  const [first] = all;
  const silent = dueShardOf(first?.pk.slice(space.space.length + 1) ?? "");
  throttleShards((shard) => shard === silent);
  const found = await dueEvents(until);
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(all.length);
  throttleShards(() => true);
  await expect(dueEvents(until)).rejects.toThrow("throttled");
  vi.restoreAllMocks();
});
