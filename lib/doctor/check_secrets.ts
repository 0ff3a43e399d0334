import * as v from "valibot";
import { marketplaceRow, SPACE_ROW } from "../dynamodb/keys.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { readWebhookSecrets } from "../marketplaces/webhook_secrets.ts";
import { mask } from "../secrets/mask.ts";
import { SELF_TEST } from "../stripe_events/incoming_event.ts";
import { signatureHeader } from "../stripe_events/signature.ts";
import { forwardUrl, spaceForwardUrl } from "../urls.ts";
import type { Result } from "./finding.ts";

const Refused = v.object({ error: v.object({ code: v.literal("not_an_event") }) });

export const checkMarketplaceSecrets = (marketplace: Marketplace): Promise<Result> =>
  checkSecrets(
    marketplace.space,
    marketplaceRow(marketplace),
    forwardUrl(marketplace),
    "There are none. They are needed for the `stripe listen` line and for endpoints made by hand only.",
  );

export const checkSpaceSecrets = (space: string): Promise<Result> =>
  checkSecrets(
    space,
    SPACE_ROW,
    spaceForwardUrl(space),
    "There are none: no endpoint is registered for the Space, and no `stripe listen` forwards to its URL.",
  );

/** Whether what is signed with each secret is verified at the address that Stripe would send it to. */
async function checkSecrets(space: string, row: string, url: string, none: string): Promise<Result> {
  const secrets = (await readWebhookSecrets(space, row)) ?? [];
  if (secrets.length === 0) return { state: "unknown", message: none };
  const failed = await Promise.all(secrets.map((secret) => isVerified(secret, url)));
  const wrong = secrets.filter((_, index) => !failed[index]).map(mask);
  if (wrong.length === 0) return { state: "good", message: `A signed self-test was verified at ${url}.` };
  return {
    state: "bad",
    message: `A self-test signed with ${wrong.join(", ")} was not verified at ${url}. Does that address lead here?`,
  };
}

async function isVerified(secret: string, url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: SELF_TEST,
      headers: { "content-type": "application/json", "stripe-signature": signatureHeader(SELF_TEST, secret) },
      redirect: "manual",
      signal: AbortSignal.timeout(2_500),
    });
    return v.is(Refused, await response.json());
  } catch {
    return false; // nobody there, or somebody else
  }
}
