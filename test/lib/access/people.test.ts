import { expect, it } from "vitest";
import { addMember, removeMember } from "../../../lib/members/change_members.ts";
import { addRepresentative } from "../../../lib/members/change_representatives.ts";
import { placesOf } from "../../../lib/members/memberships.ts";
import { bindPerson, isPerson } from "../../../lib/session/identity.ts";
import { placeOf } from "../../support/checkouts.ts";
import { anEmail } from "../../support/people.ts";
import { aSpace } from "../../support/spaces.ts";

const anAccount = (email = anEmail()) => ({ email, issuer: "https://issuer.example", subject: "1" });
const sessionFor = (account: ReturnType<typeof anAccount>) => ({ ...account, name: "Pat", csrf: "1" });

it("binds an email address to the account that signs in with it first, however often it does", async () => {
  const account = anAccount();
  for (const _time of ["first", "again"]) {
    expect(await bindPerson(account)).toBe(true);
    expect(await isPerson(sessionFor(account))).toBe(true);
  }
});

it.each([{ subject: "2" }, { issuer: "https://other.example" }])(
  "gives the address to no other account: not to one with %j",
  async (change) => {
    const account = anAccount();
    await bindPerson(account);
    const other = { ...account, ...change };
    expect(await bindPerson(other)).toBe(false);
    expect(await isPerson(sessionFor(other))).toBe(false);
    expect(await isPerson(sessionFor(account))).toBe(true);
  },
);

it("gives the address to one of two accounts that sign in at the same moment", async () => {
  const one = anAccount();
  const bound = await Promise.all([one, { ...one, subject: "2" }].map(bindPerson));
  expect(bound.sort()).toEqual([false, true]);
});

it("knows nobody who never signed in", async () => {
  expect(await isPerson(sessionFor(anAccount()))).toBe(false);
});

it("lists what a person was let into, and nothing else", async () => {
  const [one, another] = await Promise.all([aSpace(), aSpace()]);
  const [email, other] = [anEmail(), anEmail()];
  await bindPerson(anAccount(email));
  expect(await placesOf(email)).toEqual([]);
  for (const each of [email, other]) await addMember(one.space, { email: each }, "a test");
  await addRepresentative(placeOf(another), email, "a test");
  expect(await placesOf(email)).toEqual(expect.arrayContaining([{ space: one.space }, placeOf(another)]));
  await removeMember(one.space, { email }, "a test");
  expect(await placesOf(email)).toEqual([placeOf(another)]);
});
