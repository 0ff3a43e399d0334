import { expect, it, vi } from "vitest";
import { spaceKey } from "../../../lib/dynamodb/keys.ts";
import { listPlaces } from "../../../lib/overview/list_memberships.ts";
import { placeOf } from "../../support/checkouts.ts";
import { ownTables } from "../../support/own_tables.ts";
import { member, OPERATOR, representative } from "../../support/people.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { throttle } from "../../support/throttling.ts";

await ownTables();

const named = ({ space, name }: TestSpace) => ({ space, name });

it("lists a person what they were let into, a program its Space, and an operator all, by name", async () => {
  const [one, another] = await Promise.all([aSpace(), aSpace()]);
  const { email } = await member(one);
  await representative(another, email);
  const mine = await listPlaces({ role: "person", space: "", actor: email });
  expect(mine).toHaveLength(2);
  expect(mine).toEqual(
    expect.arrayContaining([named(one), { ...placeOf(another), name: another.first.name }]),
  );
  expect(await listPlaces({ role: "program", space: one.space, actor: "API key Demo" })).toEqual([
    named(one),
  ]);
  const all = await listPlaces({ role: "operator", space: "", actor: OPERATOR });
  expect(all).toEqual(expect.arrayContaining([named(one), named(another)]));
});

it("calls what is gone by its id", async () => {
  const { email } = await member({ space: "gone" });
  expect(await listPlaces({ role: "person", space: "", actor: email })).toEqual([
    { space: "gone", name: "gone" },
  ]);
});

it("calls what the table does not give by its id, and the others by name", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const [one, another] = await Promise.all([aSpace(), aSpace()]);
  const { email } = await member(one);
  await member(another, email);
  using _throttled = throttle(spaceKey(one.space));
  expect(await listPlaces({ role: "person", space: "", actor: email })).toEqual(
    expect.arrayContaining([{ space: one.space, name: one.space }, named(another)]),
  );
  vi.restoreAllMocks();
});
