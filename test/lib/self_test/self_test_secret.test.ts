import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { selfTestSecret } from "../../../lib/self_test/self_test_secret.ts";
import { Space } from "../../../lib/spaces/space.ts";
import { type Kms, startKms } from "../../support/kms.ts";
import { ownTables } from "../../support/own_tables.ts";
import { emptySettings } from "../../support/table_rows.ts";

await ownTables();

let kms: Kms;
beforeAll(async () => {
  kms = await startKms();
  process.env.SEALING_KMS_KEY = kms.makeKey().arn;
});
beforeEach(async () => {
  await emptySettings();
  kms.calls.length = 0;
});

it("makes a secret once, in the reserved Space, sealed for its own place", async () => {
  const secret = await selfTestSecret();
  expect(secret).toMatch(/^whsec_[0-9a-f]{64}$/);
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key: { pk: "SPACE#self-test", sk: "SPACE" },
      ConsistentRead: true,
    }),
  );
  expect(Item).toEqual({
    pk: "SPACE#self-test",
    sk: "SPACE",
    space: "self-test",
    name: "Self-test",
    version: 0,
    stripe_webhook_endpoint_secret: expect.stringMatching(/^kms:/),
  });
  // An operator may open it like any Space.
  expect(v.is(Space, Item)).toBe(true);
  expect(await selfTestSecret()).toBe(secret);
  const context = { space: "self-test", row: "SPACE", field: "stripe_webhook_endpoint_secret" };
  expect(kms.calls.map((call) => [call.action, call.context])).toEqual([
    ["Encrypt", context],
    ["Decrypt", context],
    ["Decrypt", context],
  ]);
});

it("makes one where several want it at the same moment", async () => {
  const secrets = await Promise.all(Array.from({ length: 5 }, selfTestSecret));
  expect(new Set(secrets).size).toBe(1);
});
