import { expect, it } from "vitest";
import { pipeline } from "../../../lib/http/api.ts";
import { knownQuery } from "../../../lib/http/known_query.ts";
import { aRequest } from "../../support/requests.ts";

const ask = (query: Record<string, string> | undefined, ...known: string[]) =>
  pipeline(knownQuery(...known)).handler(async () => ({ statusCode: 200 }))({
    ...aRequest({}),
    ...(query && { queryStringParameters: query }),
  });

it.each([undefined, {}, { limit: "1" }, { next: "" }, { limit: "x", next: "y" }])(
  "lets %j through where both are known",
  async (query) => {
    expect(await ask(query, "limit", "next")).toEqual({ statusCode: 200 });
  },
);

it.each([
  [{ limits: "1" }, "There is no query parameter `limits` here; there is `limit` and `next`."],
  [{ limit: "1", Next: "a" }, "There is no query parameter `Next` here; there is `limit` and `next`."],
  [
    { ["x".repeat(2_000)]: "1" },
    `There is no query parameter \`${"x".repeat(50)}\` here; there is \`limit\` and \`next\`.`,
  ],
])("refuses %j", async (query, message) => {
  await expect(ask(query, "limit", "next")).rejects.toMatchObject({
    status: 400,
    code: "unknown_parameter",
    message,
  });
});

it("takes none where none is known, not even an inherited name", async () => {
  for (const name of ["limit", "constructor", "__proto__"])
    await expect(ask(Object.fromEntries([[name, "1"]]))).rejects.toMatchObject({
      message: `There is no query parameter \`${name}\` here.`,
    });
});
