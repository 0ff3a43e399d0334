import { expect, it } from "vitest";
import { handler } from "../../../functions/secrets/reseal.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aContext } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";
import { savedKey } from "../../support/utilities.ts";

await ownTables();

it("goes through all while there is time, and else from where its answer says", async () => {
  const space = await aSpace();
  const all = await handler({}, aContext());
  expect(all).toEqual({ resealed: 4, unchanged: 0, failed: [], next: null });
  const some = await handler({}, aContext(15_000));
  expect(some).toEqual({ resealed: 1, unchanged: 0, failed: [], next: expect.any(String) });
  expect(await handler({ next: some.next }, aContext())).toMatchObject({ resealed: 3, next: null });
  expect(await savedKey(space)).toBe(space.stripeSecretKey);
});

it.each([{ next: 1 }, "next", null])("does nothing for %j", async (event) => {
  await expect(handler(event, aContext())).rejects.toThrow();
});
