import { forwardUrl } from "../urls.ts";
import { type Connection, connectionStatus } from "./connection_status.ts";
import { listenLine } from "./listen_line.ts";
import type { Marketplace } from "./marketplace.ts";

/** A Marketplace's settings as programs see them; secrets only by their masked form. */
export const presentMarketplace = (marketplace: Marketplace) => ({
  space: marketplace.space,
  room: marketplace.room,
  marketplace: marketplace.marketplace,
  name: marketplace.name,
  stripe_account: marketplace.stripe_account ?? null,
  connection: presentConnection(connectionStatus(marketplace)),
  forward_url: forwardUrl(marketplace),
  listen_line: listenLine(forwardUrl(marketplace)),
  order_notifications: marketplace.order_notifications ?? [],
  shop_mails_buyer: marketplace.shop_mails_buyer ?? false,
  stripe_webhook_endpoint_secret: marketplace.stripe_webhook_endpoint_secret_masked,
});

const presentConnection = ({ status, requirements, deadline, read_at }: Connection) => ({
  status,
  wants: requirements,
  deadline,
  read_at,
});
