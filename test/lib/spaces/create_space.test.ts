import * as v from "valibot";
import { expect, it } from "vitest";
import { listPlaces } from "../../../lib/overview/list_memberships.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { createSpace, NewSpace } from "../../../lib/spaces/create_space.ts";
import { OPERATOR } from "../../support/people.ts";

it("makes an empty Space, and says who did", async () => {
  await createSpace({ space: "zinc-coop", name: "Zinc <Co-op>" }, OPERATOR);
  expect(await readSpace("zinc-coop")).toMatchObject({
    space: { space: "zinc-coop", name: "Zinc <Co-op>", version: 0 },
    utilities: [],
    marketplaces: [],
    members: [],
    apiKeys: [],
    audit: [{ at: expect.any(String), actor: OPERATOR, what: "created the Space" }],
  });
  expect(await listPlaces({ role: "operator", space: "", actor: OPERATOR })).toContainEqual({
    space: "zinc-coop",
    name: "Zinc <Co-op>",
  });
});

it("refuses a Space that is there, and leaves it as it is", async () => {
  await createSpace({ space: "taken", name: "The first" }, OPERATOR);
  const again = createSpace({ space: "taken", name: "The second" }, OPERATOR);
  await expect(again).rejects.toMatchObject({ status: 409, code: "space_exists" });
  const { space, audit } = await readSpace("taken");
  expect(space.name).toBe("The first");
  expect(audit).toHaveLength(1);
});

it("refuses the name of the Space that the service tests itself in", async () => {
  const making = createSpace({ space: "self-test", name: "Mine" }, OPERATOR);
  const space = "is kept for the service's own test; choose another";
  await expect(making).rejects.toMatchObject({ status: 400, fields: { space } });
  await expect(readSpace("self-test")).rejects.toMatchObject({ status: 404 });
});

it("makes one of several Spaces of a name at the same moment", async () => {
  const names = ["one", "two", "three"];
  const made = await Promise.allSettled(names.map((name) => createSpace({ space: "race", name }, OPERATOR)));
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

it.each(["", " ", "Zinc", "zinc_coop", "-zinc", "a/b", "a#b", "z".repeat(64), "é"])(
  "takes %j for no short name",
  (space) => {
    expect(v.is(NewSpace, { space, name: "Zinc" })).toBe(false);
  },
);
