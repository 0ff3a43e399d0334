import * as v from "valibot";
import type { SecretContext } from "../secrets/seal.ts";
import { spaceKey } from "../spaces/space.ts";

/** Where a Marketplace is: its Space, the Room it sells in, and its own id (a UUID). */
export type MarketplacePlace = { space: string; room: string; marketplace: string };

/** A Marketplace's row in the settings, without its secrets. */
export type Marketplace = v.InferOutput<typeof Marketplace>;
export const Marketplace = v.object({
  space: v.string(),
  room: v.string(),
  marketplace: v.string(),
  name: v.string(),
  /** The Vendor's connected account, `acct_…`; absent until it is connected. */
  stripe_account: v.optional(v.string()),
  /** The webhook secrets as they may be shown (`whsec_…4242`), in the order of the sealed list. */
  stripe_webhook_endpoint_secret_masked: v.optional(v.array(v.string()), []),
});

export const marketplaceRow = ({ room, marketplace }: MarketplacePlace): string =>
  `MARKETPLACE#${room}#${marketplace}`;

export const marketplaceKey = (place: MarketplacePlace) => ({
  pk: spaceKey(place.space),
  sk: marketplaceRow(place),
});

/** A row's webhook secrets are one sealed JSON list, so that opening them all is one call to the key's owner. */
export const webhookSecretContext = (space: string, row: string): SecretContext => ({
  space,
  row,
  field: "stripe_webhook_endpoint_secret",
});
