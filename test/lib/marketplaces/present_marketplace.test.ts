import { expect, it } from "vitest";
import { presentMarketplace } from "../../../lib/marketplaces/present_marketplace.ts";

const marketplace = {
  space: "demo",
  room: "store",
  marketplace: "0b8f5c1e-1111-4222-8333-444455556666",
  name: "Corner Bakery",
  stripe_account: "acct_1",
  stripe_webhook_endpoint_secret_masked: ["whsec_…4242"],
};

it("shows a Marketplace's settings under Convene's names, its secrets masked", () => {
  const { stripe_webhook_endpoint_secret_masked, ...rest } = marketplace;
  const forward_url = `http://convene.invalid:3000/spaces/demo/rooms/store/marketplaces/${rest.marketplace}/stripe_events`;
  expect(presentMarketplace(marketplace)).toEqual({
    ...rest,
    connection: { status: "connected", wants: [], deadline: null, read_at: null },
    forward_url,
    listen_line: expect.stringContaining(` stripe listen --forward-to ${forward_url} `),
    stripe_webhook_endpoint_secret: stripe_webhook_endpoint_secret_masked,
    order_notifications: [],
    shop_mails_buyer: false,
  });
});

it("says null where no account is connected", () => {
  const { stripe_account: _, ...unconnected } = marketplace;
  expect(presentMarketplace(unconnected)).toMatchObject({ stripe_account: null });
});
