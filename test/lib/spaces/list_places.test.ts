import { expect, it } from "vitest";
import { listPlaces } from "../../../lib/spaces/list_places.ts";
import { placeOf } from "../../support/checkouts.ts";
import { member, OPERATOR, representative } from "../../support/people.ts";
import { aSpace } from "../../support/spaces.ts";

it("lists a person what they were let into, a program its Space, and an operator all", async () => {
  const [one, another] = await Promise.all([aSpace(), aSpace()]);
  const { email } = await member(one);
  await representative(another, email);
  const mine = await listPlaces({ role: "person", space: "", actor: email });
  expect(mine).toHaveLength(2);
  expect(mine).toEqual(expect.arrayContaining([{ space: one.space }, placeOf(another)]));
  expect(await listPlaces({ role: "program", space: one.space, actor: "API key Demo" })).toEqual([
    { space: one.space },
  ]);
  const all = await listPlaces({ role: "operator", space: "", actor: OPERATOR });
  expect(all).toEqual(expect.arrayContaining([{ space: one.space }, { space: another.space }]));
});
