import { expect, it } from "vitest";
import { addMember, removeMember } from "../../../lib/members/change_members.ts";
import { addRepresentative } from "../../../lib/members/change_representatives.ts";
import { placesOf } from "../../../lib/members/memberships.ts";
import { bindPerson, endSessions, isPerson } from "../../../lib/session/identity.ts";
import { placeOf } from "../../support/checkouts.ts";
import { anEmail } from "../../support/people.ts";
import { aSpace } from "../../support/spaces.ts";

const anAccount = (email = anEmail()) => ({ email, issuer: "https://issuer.example", subject: "1" });
const sessionFor = (account: ReturnType<typeof anAccount>, sign_outs = 0) => ({
  ...account,
  name: "Pat",
  csrf: "1",
  sign_outs,
});

it("binds an email address to the account that signs in with it first, however often it does", async () => {
  const account = anAccount();
  for (const _time of ["first", "again"]) {
    expect(await bindPerson(account)).toMatchObject({ subject: "1", sign_outs: 0 });
    expect(await isPerson(sessionFor(account))).toBe(true);
  }
});

it.each([{ subject: "2" }, { issuer: "https://other.example" }])(
  "gives the address to no other account: not to one with %j",
  async (change) => {
    const account = anAccount();
    await bindPerson(account);
    const other = { ...account, ...change };
    expect(await bindPerson(other)).toBeUndefined();
    expect(await isPerson(sessionFor(other))).toBe(false);
    expect(await isPerson(sessionFor(account))).toBe(true);
  },
);

it("gives the address to one of two accounts that sign in at the same moment", async () => {
  const one = anAccount();
  const bound = await Promise.all([one, { ...one, subject: "2" }].map(bindPerson));
  expect(bound.filter(Boolean)).toHaveLength(1);
});

it("knows nobody who never signed in", async () => {
  expect(await isPerson(sessionFor(anAccount()))).toBe(false);
});

it("knows a session no more that began before its person signed out, and one that began since", async () => {
  const account = anAccount();
  await bindPerson(account);
  const before = sessionFor(account);
  await endSessions(before);
  expect(await isPerson(before)).toBe(false);
  expect(await bindPerson(account)).toMatchObject({ sign_outs: 1 });
  expect(await isPerson(sessionFor(account, 1))).toBe(true);
});

it.each([
  ["is over", 0, {}],
  ["is of another account that has the address", 2, { subject: "2" }],
  ["is of another issuer", 2, { issuer: "https://other.example" }],
])("ends no session by one that %s", async (_what, sign_outs, change) => {
  const account = anAccount();
  await bindPerson(account);
  for (const times of [0, 1]) await endSessions(sessionFor(account, times));
  await endSessions(sessionFor({ ...account, ...change }, sign_outs));
  expect(await isPerson(sessionFor(account, 2))).toBe(true);
});

it("ends sessions once, however many sign out at the same moment", async () => {
  const account = anAccount();
  await bindPerson(account);
  await Promise.all(["here", "there"].map(() => endSessions(sessionFor(account))));
  expect(await bindPerson(account)).toMatchObject({ sign_outs: 1 });
});

it("ends no session of somebody who never signed in", async () => {
  const account = anAccount();
  await endSessions(sessionFor(account));
  expect(await isPerson(sessionFor(account, 1))).toBe(false);
  expect(await bindPerson(account)).toMatchObject({ sign_outs: 0 });
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
