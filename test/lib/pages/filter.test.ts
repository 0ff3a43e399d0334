import { describe, expect, it } from "vitest";
import { NotFound, ValidationError } from "../../../lib/errors.ts";
import { filledIn, found } from "../../../lib/pages/filter.ts";
import { aRequest } from "../../support/requests.ts";

it("is what of a query was filled in, of these names; nothing of no query, which serverless-offline calls null", () => {
  const query = { status: "dead", type: "", next: "abc" };
  expect(filledIn(aRequest({ query }), ["status", "type", "from"])).toEqual({ status: "dead" });
  expect(filledIn(aRequest({}), ["status"])).toEqual({});
  const request = aRequest({});
  Object.assign(request, { queryStringParameters: null });
  expect(filledIn(request, ["status"])).toEqual({});
});

describe("what a form that asks by the address has found", () => {
  const request = aRequest({ query: { type: "Charge", from: "", q: "sk_test_4242", next: "abc" } });
  const NAMES = ["type", "from", "q"];
  const orThrow = (error: Error) => found(request, NAMES, () => Promise.reject(error));

  it("comes with what was typed, but for a secret", async () => {
    expect(await found(request, NAMES, async () => 7)).toEqual({
      formState: { values: { type: "Charge", q: "" }, errors: {} },
      found: 7,
    });
  });

  it.each([{ type: "is wrong", from: "is wrong" }, { body: "is empty" }])(
    "is nothing where %j, which is said at the form",
    async (errors) => {
      expect(await orThrow(new ValidationError(errors))).toEqual({
        formState: { values: { type: "Charge", q: "" }, errors },
        status: 400,
      });
    },
  );

  it.each([new ValidationError({ next: "is wrong" }), new NotFound(), new Error("a bug")])(
    "is an error as anywhere: %s",
    async (error) => {
      await expect(orThrow(error)).rejects.toBe(error);
    },
  );
});
