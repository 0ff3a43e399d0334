import { randomBytes } from "node:crypto";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { SPACE_ROW, spaceRowKey } from "../dynamodb/keys.ts";
import { readWebhookSecrets, sealWebhookSecrets } from "../marketplaces/webhook_secrets.ts";
import { SELF_TEST_SPACE } from "../spaces/space.ts";

/**
 * The webhook secret of the Space that the self-test is in, `whsec_…`; made the first time, of several at once by one.
 * That Space is in no list, nobody is a member of it, and nobody can make one of its name.
 */
export async function selfTestSecret(): Promise<string> {
  const [secret] = (await readSecrets()) ?? [];
  if (secret !== undefined) return secret;
  await makeSecret();
  const [made] = (await readSecrets()) ?? [];
  if (made === undefined) throw new Error("the self-test has no webhook secret, though one was made");
  return made;
}

const readSecrets = () => readWebhookSecrets(SELF_TEST_SPACE, SPACE_ROW);

async function makeSecret(): Promise<void> {
  const secret = `whsec_${randomBytes(32).toString("hex")}`;
  await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: spaceRowKey(SELF_TEST_SPACE),
        UpdateExpression:
          "SET stripe_webhook_endpoint_secret = :sealed, #space = :space, #name = :name, version = :zero",
        ConditionExpression: "attribute_not_exists(stripe_webhook_endpoint_secret)",
        ExpressionAttributeNames: { "#space": "space", "#name": "name" },
        ExpressionAttributeValues: {
          ":sealed": await sealWebhookSecrets([secret], SELF_TEST_SPACE, SPACE_ROW),
          ":space": SELF_TEST_SPACE,
          ":name": "Self-test",
          ":zero": 0,
        },
      }),
    ),
  );
}
