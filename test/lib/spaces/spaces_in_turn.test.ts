import { expect, it } from "vitest";
import { createSpace } from "../../../lib/spaces/create_space.ts";
import { spacesInTurn } from "../../../lib/spaces/spaces_in_turn.ts";
import { ownTables } from "../../support/own_tables.ts";

await ownTables();

const CURSOR = { pk: "A_TEST", sk: "CURSOR" };

async function nextTurn(count: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const spaces of spacesInTurn(CURSOR, 2)) {
    seen.push(...spaces);
    if (seen.length >= count) break;
  }
  return seen;
}

it("goes on behind the Spaces that the last run was given, once around at most", async () => {
  const names = ["one", "two", "three", "four", "five"].map((name) => `space-${name}`);
  for (const space of names) await createSpace({ space, name: space }, "a test");
  const [five, four, one, three, two] = names.toSorted();
  expect(await nextTurn(1)).toEqual([five, four]);
  expect(await nextTurn(3)).toEqual([one, three, two]);
  expect(await nextTurn(99)).toEqual([five, four, one, three, two]);
  expect(await nextTurn(2)).toEqual([five, four]);
});
