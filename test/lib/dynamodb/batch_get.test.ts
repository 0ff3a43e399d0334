import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, it, vi } from "vitest";
import { batchGet } from "../../../lib/dynamodb/batch_get.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";

afterEach(() => vi.restoreAllMocks());

it("asks again for what DynamoDB had no room for, and only for that", async () => {
  const asked: unknown[] = [];
  vi.spyOn(dynamodb, "send").mockImplementation(async (command: unknown) => {
    if (!(command instanceof BatchGetCommand)) throw new Error("it asks for something else");
    const keys = command.input.RequestItems?.orders?.Keys ?? [];
    asked.push(keys.map(({ pk }) => pk));
    const [first, ...rest] = keys;
    return {
      Responses: { orders: [{ ...first, found: true }] },
      ...(rest.length > 0 && { UnprocessedKeys: { orders: { Keys: rest } } }),
    };
  });
  const rows = await batchGet("orders", [{ pk: "a" }, { pk: "b" }, { pk: "c" }]);
  expect(rows).toEqual(["a", "b", "c"].map((pk) => ({ pk, found: true })));
  expect(asked).toEqual([["a", "b", "c"], ["b", "c"], ["c"]]);
});
