import { expect, it } from "vitest";
import { DUE_SHARDS, dueShardOf } from "../../../lib/dynamodb/due_shard.ts";
import { eventId } from "../../support/events.ts";

it("spreads events evenly over all shards of the index", () => {
  const counts = new Map<number, number>();
  for (let n = 0; n < 16_000; n++) {
    const shard = dueShardOf(eventId());
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect([...counts.keys()].toSorted((one, other) => one - other)).toEqual([...Array(DUE_SHARDS).keys()]);
  expect(Math.min(...counts.values())).toBeGreaterThan(800);
  expect(Math.max(...counts.values())).toBeLessThan(1_200);
});
