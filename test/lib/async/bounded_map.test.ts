import { expect, it } from "vitest";
import { setBounded } from "../../../lib/async/bounded_map.ts";

it("keeps the newest entries only, and pushes nothing out for a key that is there", () => {
  const map = new Map<string, number>();
  for (const [key, value] of [
    ["a", 1],
    ["b", 2],
    ["b", 3],
    ["c", 4],
  ] as const)
    setBounded(map, key, value, 2);
  expect([...map]).toEqual([
    ["b", 3],
    ["c", 4],
  ]);
  setBounded(map, "b", 5, 2);
  expect([...map]).toEqual([
    ["b", 5],
    ["c", 4],
  ]);
});
