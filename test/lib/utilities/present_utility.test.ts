import { expect, it } from "vitest";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { presentUtility } from "../../../lib/utilities/present_utility.ts";
import { aSpace } from "../../support/spaces.ts";

it("shows programs what a page shows people, the key only by its masked form", async () => {
  const { space, utility, stripeAccount, stripeSecretKey } = await aSpace();
  const saved = await getUtility(space, utility);
  expect(presentUtility({ ...saved, client_id: "ca_FkyHCg7X8mlvCUdM", version: 3 })).toEqual({
    space,
    utility,
    name: "Stripe",
    api_token: `sk_test_…${stripeSecretKey.slice(-4)}`,
    stripe_platform_account: stripeAccount,
    stripe_platform_account_name: "A Space",
    livemode: false,
    client_id: "ca_FkyHCg7X8mlvCUdM",
    version: 3,
  });
});

it("tells a live key from one in test mode", async () => {
  const live = {
    space: "demo",
    utility: "0b8f",
    name: "Stripe",
    version: 1,
    api_token_masked: "rk_live_…4242",
  };
  expect(presentUtility(live)).toMatchObject({ api_token: "rk_live_…4242", livemode: true });
});

it("has null for what is not there yet", () => {
  expect(presentUtility({ space: "demo", utility: "0b8f", name: "Stripe", version: 0 })).toEqual({
    space: "demo",
    utility: "0b8f",
    name: "Stripe",
    api_token: null,
    stripe_platform_account: null,
    stripe_platform_account_name: null,
    livemode: null,
    client_id: null,
    version: 0,
  });
});
