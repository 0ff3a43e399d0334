import { beforeEach, expect, it } from "vitest";
import type { MarketplaceRef } from "../../../lib/ids.ts";
import {
  addRepresentative,
  removeRepresentative,
  representativesOf,
} from "../../../lib/members/change_representatives.ts";
import { placesOf } from "../../../lib/members/memberships.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { placeOf } from "../../support/checkouts.ts";
import { anEmail } from "../../support/people.ts";
import { aSpace } from "../../support/spaces.ts";

const ACTOR = "dana@convene.example";

let first: MarketplaceRef;
let second: MarketplaceRef;
let email: string;
beforeEach(async () => {
  const space = await aSpace();
  [first, second] = [placeOf(space), placeOf(space, space.second)];
  email = anEmail("vera");
});

const audit = async () => (await readSpace(first.space)).audit.map(({ actor, what }) => `${actor} ${what}`);

it("lets somebody represent one Marketplace's Vendor, as both sides see it", async () => {
  await addRepresentative(first, email, ACTOR);
  expect(await representativesOf(first)).toEqual([email]);
  expect(await representativesOf(second)).toEqual([]);
  expect(await placesOf(email)).toEqual([first]);
  expect(await audit()).toEqual([`${ACTOR} let ${email} represent the Vendor of ${first.marketplace}`]);
});

it("changes nothing where they do already", async () => {
  await addRepresentative(first, email, ACTOR);
  await addRepresentative(first, email, "otto@convene.example");
  expect(await representativesOf(first)).toEqual([email]);
  expect(await audit()).toHaveLength(1);
});

it("removes them from one Marketplace, and leaves what else they represent", async () => {
  for (const place of [first, second]) await addRepresentative(place, email, ACTOR);
  await removeRepresentative(first, email, ACTOR);
  expect(await representativesOf(first)).toEqual([]);
  expect(await placesOf(email)).toEqual([second]);
  expect((await audit())[0]).toBe(`${ACTOR} removed the representative ${email} of ${first.marketplace}`);
});

it("changes nothing where somebody is removed who represents nobody", async () => {
  await removeRepresentative(first, email, ACTOR);
  expect(await audit()).toEqual([]);
});
