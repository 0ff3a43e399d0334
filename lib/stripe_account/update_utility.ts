import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { newBuyerSecret } from "../buyers/buyer_key.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { utilityKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError, ValidationError } from "../errors.ts";
import { fields, Text } from "../http/body.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { pendingOrders, UNFINISHED } from "../orders/pending_orders.ts";
import { mask } from "../secrets/mask.ts";
import { CLIENT_ID_SENTENCE, mistakenPaste } from "../secrets/mistaken_paste.ts";
import { seal } from "../secrets/seal.ts";
import { platformChangeUpdate } from "../spaces/platform_change.ts";
import { Name } from "../spaces/space.ts";
import { Version } from "../spaces/update_space.ts";
import { ApiToken, isLive, modeOf } from "../utilities/api_token.ts";
import { checkApiToken, type PlatformAccount } from "../utilities/check_api_token.ts";
import { forgetPlatform } from "../utilities/platform.ts";
import { apiTokenContext, type StripeUtility } from "../utilities/stripe_utility.ts";

const ClientId = v.pipe(
  Text,
  v.trim(),
  v.regex(
    /^(?:|ca_[A-Za-z0-9]{10,100})$/,
    ({ input }) => mistakenPaste(input, "client_id") ?? CLIENT_ID_SENTENCE,
  ),
);

export type UtilityUpdate = v.InferOutput<typeof UtilityUpdate>;
export const UtilityUpdate = fields({
  name: v.optional(Name),
  api_token: v.optional(ApiToken, ""),
  client_id: v.optional(ClientId),
  /** Said by who has read that Orders stay open for ever with this key. */
  confirm_orders_open: v.optional(v.union([v.literal(true), v.literal("true")], "must be `true`")),
  version: Version,
});

/**
 * Saves what was sent. A new key is tried at Stripe first, so that a wrong one never takes the place of a good one.
 * @returns the Utility as it is now, and whose account the key is of, where there is a new one.
 * @throws {ValidationError} also 409 `orders_open`; {HttpError} 409 where somebody else saved first.
 */
export async function updateUtility(
  before: StripeUtility,
  { name, api_token, client_id, confirm_orders_open, version }: UtilityUpdate,
  actor: string,
): Promise<{ utility: StripeUtility; platform: PlatformAccount | undefined }> {
  const { space, utility } = before;
  if (version !== before.version) throw httpError("changed_meanwhile");
  const platform = api_token ? await checkApiToken(api_token) : undefined;
  if (platform) await assertFits(before, platform, confirm_orders_open !== undefined);
  const after: StripeUtility = {
    ...before,
    buyer_secret: before.buyer_secret ?? newBuyerSecret(),
    version: version + 1,
    name: name ?? before.name,
    client_id: client_id === undefined ? before.client_id : client_id || undefined,
    ...(platform && {
      api_token: await seal(api_token, apiTokenContext(space, utility)),
      api_token_masked: mask(api_token),
      stripe_platform_account: platform.account,
      stripe_platform_account_name: platform.name,
      stripe_platform_since: isOfSamePlatform(before, platform) ? before.stripe_platform_since : iso(now()),
    }),
  };
  // A key that stays may have been sealed anew since it was read: the old text must not come back.
  const kept = platform ? undefined : before.api_token;
  const former = before.stripe_platform_account;
  const moved = platform && former !== undefined && former !== platform.account;
  const from = moved ? `, another account than ${former} before,` : "";
  const what = platform ? `saved the key ${mask(api_token)} of ${platform.account}${from} in` : "changed";
  const saved = await transact([
    {
      Put: {
        TableName: configuration.settingsTable,
        Item: { ...utilityKey(space, utility), ...after },
        ConditionExpression: kept ? "version = :seen AND api_token = :kept" : "version = :seen",
        ExpressionAttributeValues: { ":seen": version, ...(kept && { ":kept": kept }) },
      },
    },
    ...(moved
      ? [platformChangeUpdate(space, { from: former, to: platform.account, actor, at: iso(now()) })]
      : []),
    auditPut(space, actor, `${what} the Utility ${after.name}`),
  ]);
  if (!saved) throw httpError("changed_meanwhile");
  forgetPlatform(space);
  return { utility: after, platform };
}

const isOfSamePlatform = (before: StripeUtility, { account, livemode }: PlatformAccount): boolean =>
  before.stripe_platform_account === account && isLive(before.api_token_masked ?? "") === livemode;

/**
 * While Vendors are connected, another account's key, or one of the other mode, would lose them all. Orders that are open
 * it would leave open, since Stripe shows it nothing of them: that is for a person to weigh. @throws {ValidationError}
 */
async function assertFits(
  before: StripeUtility,
  { account, livemode }: PlatformAccount,
  isConfirmed: boolean,
): Promise<void> {
  const { space, stripe_platform_account: former, api_token_masked: formerKey } = before;
  if (!former || !formerKey) return;
  const change =
    former !== account
      ? `of another account (${account}) than the one before (${former})`
      : isLive(formerKey) !== livemode
        ? `of ${modeOf(livemode)} mode, and the one before is not`
        : undefined;
  if (!change) return;
  const marketplaces = await listMarketplaces(space);
  const connected = marketplaces.filter(({ stripe_account }) => stripe_account);
  if (connected.length > 0) {
    const [one, they] = connected.length === 1 ? ["Marketplace is", "it"] : ["Marketplaces are", "them"];
    throw new ValidationError({
      api_token: `This key is ${change}. ${connected.length} ${one} connected through that one: disconnect ${they} first.`,
    });
  }
  const open = await Promise.all(
    marketplaces.map(({ marketplace }) => pendingOrders(marketplace, UNFINISHED)),
  );
  const count = open.flat().length;
  if (count === 0 || isConfirmed) return;
  const orders = count === 1 ? "1 Order of that one is" : `${count} Orders of that one are`;
  throw new ValidationError(
    {
      confirm_orders_open: `This key is ${change}. ${orders} open still, and with this one nobody hears what becomes of them. Wait for their end, or send the key again and confirm.`,
    },
    "orders_open",
  );
}
