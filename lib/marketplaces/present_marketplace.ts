import * as v from "valibot";
import type { Access } from "../access/authorize.ts";
import { EpochSeconds, IsoTime } from "../http/answer_fields.ts";
import { forwardUrl } from "../urls.ts";
import { CONNECTION_STATUSES, type Connection, connectionStatus } from "./connection_status.ts";
import { listenLine } from "./listen_line.ts";
import type { Marketplace } from "./marketplace.ts";

/** What a Vendor's representatives are told, too. */
const forAll = v.object({
  space: v.string(),
  room: v.string(),
  marketplace: v.string(),
  name: v.string(),
  stripe_account: v.pipe(
    v.nullable(v.string()),
    v.description("The Vendor's account, `acct_…`, once it is connected."),
  ),
  connection: v.object({
    status: v.picklist(CONNECTION_STATUSES),
    wants: v.pipe(
      v.array(v.object({ what: v.string(), overdue: v.boolean() })),
      v.description("What Stripe still wants of the Vendor, in words, the overdue first."),
    ),
    deadline: v.nullable(EpochSeconds),
    read_at: v.pipe(v.nullable(IsoTime), v.description("When Stripe said so.")),
  }),
  order_notifications: v.pipe(
    v.array(v.string()),
    v.description("Who hears of its Orders by mail: email addresses."),
  ),
  shop_mails_buyer: v.pipe(
    v.boolean(),
    v.description("Whether the shop mails its buyers, and this service does not."),
  ),
});

/** What is for members and programs alone. */
const forMembers = v.object({
  forward_url: v.pipe(
    v.string(),
    v.description("Where `stripe listen` forwards the Marketplace's events to."),
  ),
  listen_line: v.string(),
  stripe_webhook_endpoint_secret: v.pipe(v.array(v.string()), v.description("Masked: `whsec_…4242`.")),
});

/** A Marketplace's settings as programs see them; secrets only by their masked form. */
export type MarketplaceJson = v.InferOutput<typeof MarketplaceJson>;
export const MarketplaceJson = v.object({ ...forAll.entries, ...forMembers.entries });

/** The same by whoever may ask: to a representative without what is for members alone. */
export type MarketplaceForRoleJson = v.InferOutput<typeof MarketplaceForRoleJson>;
export const MarketplaceForRoleJson = v.object({ ...forAll.entries, ...v.partial(forMembers).entries });

export const presentMarketplace = (marketplace: Marketplace): MarketplaceJson => ({
  ...presentForAll(marketplace),
  forward_url: forwardUrl(marketplace),
  listen_line: listenLine(forwardUrl(marketplace)),
  stripe_webhook_endpoint_secret: marketplace.stripe_webhook_endpoint_secret_masked,
});

export const presentMarketplaceForRole = (
  marketplace: Marketplace,
  role: Access["role"],
): MarketplaceForRoleJson =>
  role === "representative" ? presentForAll(marketplace) : presentMarketplace(marketplace);

const presentForAll = (marketplace: Marketplace): v.InferOutput<typeof forAll> => ({
  space: marketplace.space,
  room: marketplace.room,
  marketplace: marketplace.marketplace,
  name: marketplace.name,
  stripe_account: marketplace.stripe_account ?? null,
  connection: presentConnection(connectionStatus(marketplace)),
  order_notifications: marketplace.order_notifications ?? [],
  shop_mails_buyer: marketplace.shop_mails_buyer ?? false,
});

const presentConnection = ({
  status,
  requirements,
  deadline,
  read_at,
}: Connection): MarketplaceJson["connection"] => ({
  status,
  wants: requirements,
  deadline,
  read_at,
});
