import { expect, it } from "vitest";
import { filledIn } from "../../../lib/pages/filter.ts";
import { aRequest } from "../../support/requests.ts";

it("is what of a query was filled in, of these names; nothing of no query, which serverless-offline calls null", () => {
  const query = { status: "dead", type: "", next: "abc" };
  expect(filledIn(aRequest({ query }), ["status", "type", "from"])).toEqual({ status: "dead" });
  expect(filledIn(aRequest({}), ["status"])).toEqual({});
  const request = aRequest({});
  Object.assign(request, { queryStringParameters: null });
  expect(filledIn(request, ["status"])).toEqual({});
});
