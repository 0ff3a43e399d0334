import { beforeAll, expect, it } from "vitest";
import { handler as showSpace } from "../../../functions/spaces/show.ts";
import { handler } from "../../../functions/utilities/create.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { member, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aNewSpace, aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
let other: TestSpace;
beforeAll(async () => {
  [space, other] = await Promise.all([aSpace(), aSpace()]);
});

type Place = Pick<TestSpace, "space" | "apiKey">;

const send = async (body: unknown, { space: to }: Pick<Place, "space"> = space, { apiKey }: Place = space) =>
  answerOf(
    await handler(
      aRequest({
        method: "POST",
        path: { space: to },
        headers: bearer(apiKey),
        body: JSON.stringify(body),
      }),
    ),
  );
const names = async ({ space: of }: TestSpace) =>
  (await readSpace(of)).utilities.map(({ name }) => name).sort();

it("a program makes a Utility, and is told its id", async () => {
  const anew = await aNewSpace();
  const { status, body } = await send({ utility_name: " Stripe " }, anew, anew);
  expect({ status, body }).toEqual({
    status: 201,
    body: { space: anew.space, utility: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  expect(await getUtility(anew.space, body.utility)).toMatchObject({ name: "Stripe", version: 0 });
});

it("a member makes one by the form, goes on to its page, and then finds no form any more", async () => {
  const anew = await aNewSpace();
  const somebody = await member(anew);
  const BUTTON = "Add Stripe Utility";
  expect(
    (await showSpace(aVisit(somebody, { space: anew.space }, [], "GET /spaces/{space}/edit"))).body,
  ).toContain(BUTTON);
  const form = aForm(somebody, { space: anew.space }, { utility_name: "By <hand>" });
  const { statusCode, headers } = await handler(form);
  expect(statusCode).toBe(303);
  const [, utility = ""] =
    new RegExp(`^/spaces/${anew.space}/utilities/([^/]+)/edit$`).exec(String(headers?.location)) ?? [];
  expect(await getUtility(anew.space, utility)).toMatchObject({ name: "By <hand>" });
  expect(
    (await showSpace(aVisit(somebody, { space: anew.space }, [], "GET /spaces/{space}/edit"))).body,
  ).not.toContain(BUTTON);
});

it("a second one is refused: by the form with a sentence, to programs by its code", async () => {
  const before = await names(space);
  expect(await send({ utility_name: "Second" })).toMatchObject({
    status: 409,
    body: { error: { code: "utility_exists" } },
  });
  const { statusCode, body } = await handler(
    aForm(await member(space), { space: space.space }, { utility_name: "Second" }),
  );
  expect(statusCode).toBe(409);
  expect(body).toContain("This Space has a Stripe Utility already, and takes no second one.");
  expect(await names(space)).toEqual(before);
});

it("a wrong name is told at its field, with what was typed", async () => {
  const anew = await aNewSpace();
  const long = "n".repeat(81);
  const form = aForm(await member(anew), { space: anew.space }, { utility_name: long });
  const { statusCode, body } = await handler(form);
  expect(statusCode).toBe(400);
  expect(body).toContain("must have at most 80 characters");
  expect(body).toContain(`value="${long}"`);
});

it.each([
  ["no name", {}, "utility_name: is missing"],
  ["an empty name", { utility_name: "" }, "utility_name: must not be empty"],
  ["a name that is no text", { utility_name: ["Stripe"] }, "utility_name: must be a text"],
  ["an unknown field", { utility_name: "Stripe", colour: "red" }, "colour: is no field here"],
])("a program that sends %s is told so", async (_what, body, message) => {
  expect(await send(body)).toEqual({
    status: 400,
    body: { error: { code: "invalid_field", message } },
  });
});

it("nobody makes one in another Space, nor a representative in this one", async () => {
  const before = [await names(space), await names(other)];
  expect(await send({ utility_name: "Theirs" }, other)).toMatchObject({ status: 404 });
  const form = aForm(await representative(space), { space: space.space }, { utility_name: "Mine" });
  expect(await handler(form)).toMatchObject({ statusCode: 404 });
  expect([await names(space), await names(other)]).toEqual(before);
});
