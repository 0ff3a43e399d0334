import { beforeAll, expect, it } from "vitest";
import { handler } from "../../../functions/utilities/create.ts";
import { readSpace } from "../../../lib/spaces/read_space.ts";
import { findUtility } from "../../../lib/utilities/find_utility.ts";
import { aForm } from "../../support/forms.ts";
import { member, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
let other: TestSpace;
beforeAll(async () => {
  [space, other] = await Promise.all([aSpace(), aSpace()]);
});

const send = async (body: unknown, { space: to } = space) =>
  answerOf(
    await handler(
      aRequest({
        method: "POST",
        path: { space: to },
        headers: bearer(space.apiKey),
        body: JSON.stringify(body),
      }),
    ),
  );
const names = async ({ space: of }: TestSpace) =>
  (await readSpace(of)).utilities.map(({ name }) => name).sort();

it("a program makes a Utility, and is told its id", async () => {
  const { status, body } = await send({ utility_name: " Second " });
  expect({ status, body }).toEqual({
    status: 201,
    body: { space: space.space, utility: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  expect(await findUtility(space.space, body.utility)).toMatchObject({ name: "Second", version: 0 });
});

it("a member makes one by the form, and goes on to its page", async () => {
  const form = aForm(await member(space), { space: space.space }, { utility_name: "By <hand>" });
  const { statusCode, headers } = await handler(form);
  expect(statusCode).toBe(303);
  const [, utility = ""] =
    new RegExp(`^/spaces/${space.space}/utilities/([^/]+)/edit$`).exec(String(headers?.location)) ?? [];
  expect(await findUtility(space.space, utility)).toMatchObject({ name: "By <hand>" });
});

it("a wrong name is told at its field, with what was typed", async () => {
  const long = "n".repeat(81);
  const form = aForm(await member(space), { space: space.space }, { utility_name: long });
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
