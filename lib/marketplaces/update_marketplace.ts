import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { documents } from "../dynamodb.ts";
import { BadRequest, HttpError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { mask } from "../secrets/mask.ts";
import { findMarketplace } from "./find_marketplace.ts";
import { Marketplace, type MarketplacePlace, marketplaceKey, marketplaceRow } from "./marketplace.ts";
import { readWebhookSecrets, sealWebhookSecrets, WebhookSecret } from "./webhook_secrets.ts";

/** Two secrets live during a rotation, one more for a `stripe listen` beside it; five leave room. */
const MAX_SECRETS = 5;

const MaskedSecret = v.pipe(v.string(), v.regex(/^whsec_….{4}$/u));

/**
 * The settings that can be sent. The list of secrets replaces the one there is; a secret that stays
 * is named by its masked form, since its full form is never shown again.
 */
export type MarketplaceUpdate = v.InferOutput<typeof MarketplaceUpdate>;
export const MarketplaceUpdate = fields({
  stripe_webhook_endpoint_secret: v.pipe(
    v.array(
      v.union([MaskedSecret, WebhookSecret], "must be a webhook signing secret, `whsec_…`"),
      "must be a list of webhook signing secrets",
    ),
    v.maxLength(MAX_SECRETS, `must be at most ${MAX_SECRETS} secrets; retire one first`),
  ),
});

/** @throws {NotFound}, {BadRequest} for a masked secret that is not there, {HttpError} 409 where somebody else saved first. */
export async function updateMarketplace(
  place: MarketplacePlace,
  update: MarketplaceUpdate,
): Promise<Marketplace> {
  const row = marketplaceRow(place);
  const before = await findMarketplace(place);
  const present = (await readWebhookSecrets(place.space, row)) ?? [];
  const secrets = [
    ...new Set(update.stripe_webhook_endpoint_secret.flatMap((secret) => unmask(secret, present))),
  ];
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: marketplaceKey(place),
        UpdateExpression:
          "SET stripe_webhook_endpoint_secret = :sealed, stripe_webhook_endpoint_secret_masked = :masked",
        ConditionExpression:
          "attribute_exists(pk) AND (attribute_not_exists(stripe_webhook_endpoint_secret_masked) OR stripe_webhook_endpoint_secret_masked = :seen)",
        ExpressionAttributeValues: {
          ":sealed": await sealWebhookSecrets(secrets, place.space, row),
          ":masked": secrets.map(mask),
          ":seen": before.stripe_webhook_endpoint_secret_masked,
        },
        ReturnValues: "ALL_NEW",
      }),
    );
    return v.parse(Marketplace, Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      throw new HttpError(
        409,
        "changed_meanwhile",
        "Somebody else saved these settings meanwhile. Look again, then save.",
      );
    throw error;
  }
}

function unmask(secret: string, present: string[]): string[] {
  if (!secret.includes("…")) return [secret];
  const kept = present.filter((candidate) => mask(candidate) === secret);
  if (kept.length === 0)
    throw new BadRequest(
      `stripe_webhook_endpoint_secret: ${secret} is not one of this Marketplace's`,
      "invalid_field",
    );
  return kept;
}
