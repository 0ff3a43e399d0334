import { beforeEach, describe, expect, it } from "vitest";
import { addMember, removeMember } from "../../../lib/members/change_members.ts";
import { placesOf } from "../../../lib/members/memberships.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { anEmail } from "../../support/people.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

const ACTOR = "dana@convene.example";

let space: TestSpace;
let emails: [string, string, string];
beforeEach(async () => {
  space = await aSpace();
  emails = [anEmail("a"), anEmail("b"), anEmail("c")];
});

const add = (email: string) => addMember(space.space, { email }, ACTOR);
const remove = (email: string, actor = ACTOR) => removeMember(space.space, { email }, actor);
const now = async () => {
  const { members, audit } = await readSpace(space.space);
  return { members: members.map(({ email }) => email).sort(), audit: audit.map(({ what }) => what) };
};

describe("letting a member in", () => {
  it("shows it to the Space and to the person, and in the audit", async () => {
    const [email] = emails;
    await add(email);
    expect(await now()).toEqual({ members: [email], audit: [`invited ${email} as a member`] });
    expect(await placesOf(email)).toEqual([{ space: space.space }]);
  });

  it("changes nothing where they are in already", async () => {
    const [email] = emails;
    await Promise.all([add(email), add(email)]);
    await add(email);
    expect(await now()).toEqual({ members: [email], audit: [`invited ${email} as a member`] });
  });
});

describe("removing a member", () => {
  it("takes it from the Space and from the person, and says so in the audit", async () => {
    const [one, another] = emails;
    await add(one);
    await add(another);
    await remove(another);
    expect(await now()).toMatchObject({
      members: [one],
      audit: [`removed the member ${another}`, expect.anything(), expect.anything()],
    });
    expect(await placesOf(another)).toEqual([]);
  });

  it("refuses the last, who stays", async () => {
    const [email] = emails;
    await add(email);
    await expect(remove(email)).rejects.toMatchObject({ status: 409, code: "last_member" });
    expect(await now()).toMatchObject({ members: [email] });
    expect(await placesOf(email)).toEqual([{ space: space.space }]);
  });

  it("changes nothing for somebody who is no member", async () => {
    const [one, another] = emails;
    await add(one);
    await remove(another);
    expect(await now()).toEqual({ members: [one], audit: [`invited ${one} as a member`] });
  });

  it.each(Array.from({ length: 5 }, (_, round) => round))(
    "leaves one of two members who remove each other at the same moment (%i)",
    async () => {
      const [one, another] = emails;
      await add(one);
      await add(another);
      const results = await Promise.allSettled([remove(one, another), remove(another, one)]);
      const { members } = await now();
      expect(members.length).toBeGreaterThanOrEqual(1);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(2 - members.length);
      for (const result of results)
        if (result.status === "rejected") expect(result.reason).toMatchObject({ status: 409 });
    },
  );

  it("leaves one of three who all remove the next at the same moment", async () => {
    const [a, b, c] = emails;
    for (const email of emails) await add(email);
    await Promise.allSettled([remove(b, a), remove(c, b), remove(a, c)]);
    expect((await now()).members.length).toBeGreaterThanOrEqual(1);
  });
});
