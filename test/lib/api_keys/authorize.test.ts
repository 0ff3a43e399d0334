import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { apiKeyRow, makeApiKey } from "../../../lib/api_keys/api_key.ts";
import { authorize } from "../../../lib/api_keys/authorize.ts";
import { configuration } from "../../../lib/configuration.ts";
import { documents } from "../../../lib/dynamodb.ts";
import { spaceKey } from "../../../lib/spaces/space.ts";
import { aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let mine: TestSpace;
let other: TestSpace;
beforeAll(async () => {
  [mine, other] = await Promise.all([aSpace(), aSpace()]);
});

const asks = (space: string, authorization?: string) =>
  authorize(
    aRequest({ path: { space }, ...(authorization !== undefined && { headers: { authorization } }) }),
  );

describe("authorize", () => {
  it.each(["Bearer ", "bearer ", "BEARER  "])(
    "lets in a good key after %j, and tells its Space",
    async (scheme) => {
      expect(await asks(mine.space, `${scheme}${mine.apiKey}`)).toBe(mine.space);
    },
  );

  it.each([
    ["no header", () => undefined],
    ["an empty header", () => ""],
    ["a key without a scheme", () => mine.apiKey],
    ["another scheme", () => `Basic ${mine.apiKey}`],
    ["no key", () => "Bearer "],
    ["two keys", () => `Bearer ${mine.apiKey} ${other.apiKey}`],
    ["a key with more behind it", () => `Bearer ${mine.apiKey}x`],
    ["a key of the right shape that was never given", () => `Bearer ${makeApiKey(mine.space)}`],
    ["a key of a Space that does not exist", () => `Bearer ${makeApiKey("nowhere")}`],
    [
      "another Space's key that says it is this one's",
      () => `Bearer ${other.apiKey.replace(other.space, mine.space)}`,
    ],
  ])("answers 401 to %s", async (_what, header) => {
    await expect(asks(mine.space, header())).rejects.toMatchObject({ status: 401, code: "unauthorized" });
  });

  it("answers 404, not 403, to a good key of another Space", async () => {
    await expect(asks(mine.space, `Bearer ${other.apiKey}`)).rejects.toMatchObject({ status: 404 });
  });

  it("answers 404 to a good key where the path names no Space", async () => {
    await expect(authorize(aRequest({ headers: bearer(mine.apiKey) }))).rejects.toMatchObject({
      status: 404,
    });
  });

  it("shuts a key out as soon as it is taken away", async () => {
    const space = await aSpace();
    expect(await asks(space.space, `Bearer ${space.apiKey}`)).toBe(space.space);
    await documents.send(
      new DeleteCommand({
        TableName: configuration.settingsTable,
        Key: { pk: spaceKey(space.space), sk: apiKeyRow(space.apiKey) },
      }),
    );
    await expect(asks(space.space, `Bearer ${space.apiKey}`)).rejects.toMatchObject({ status: 401 });
  });
});
