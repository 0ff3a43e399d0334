import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { spaceKey } from "../dynamodb/keys.ts";
import { mistakenPaste } from "../secrets/mistaken_paste.ts";
import { open, seal } from "../secrets/seal.ts";
import { webhookSecretContext } from "./marketplace.ts";

/** `whsec_…`, as Stripe and its CLI make them. */
export const WebhookSecret = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.regex(
    /^whsec_[A-Za-z0-9+/=_-]{16,250}$/,
    ({ input }) => mistakenPaste(input, "webhook_secret") ?? "must be a webhook signing secret, `whsec_…`",
  ),
);

/** The secrets of a row (a Marketplace's, or the Space's own), opened; undefined where there is no such row. */
export async function readWebhookSecrets(space: string, row: string): Promise<string[] | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key: { pk: spaceKey(space), sk: row },
      ProjectionExpression: "stripe_webhook_endpoint_secret",
      ConsistentRead: true,
    }),
  );
  if (!Item) return undefined;
  const { stripe_webhook_endpoint_secret: sealed } = v.parse(SecretsOnly, Item);
  if (!sealed) return [];
  const secrets = await open(sealed, webhookSecretContext(space, row));
  return v.parse(v.array(v.string()), JSON.parse(secrets));
}

const SecretsOnly = v.object({ stripe_webhook_endpoint_secret: v.optional(v.string()) });

export const sealWebhookSecrets = (secrets: string[], space: string, row: string): Promise<string> =>
  seal(JSON.stringify(secrets), webhookSecretContext(space, row));
