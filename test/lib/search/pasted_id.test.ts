import { expect, it } from "vitest";
import { pastedId } from "../../../lib/search/pasted_id.ts";

const ORDER = "01M8NMYVZ02KDTBG49SARA0GT4";
const MARKETPLACE = "d177102b-a8c8-4b2d-8efe-1001b282e554";

it.each([
  ["evt_1qFNYkcHm2Jk63RI", "evt", "evt_1qFNYkcHm2Jk63RI"],
  ["  pi_3PqT2e\n", "pi", "pi_3PqT2e"],
  ["https://dashboard.stripe.com/test/payments/pi_3PqT2e", "pi", "pi_3PqT2e"],
  ["https://dashboard.stripe.com/acct_1PqT/test/payments/pi_3PqT2e?x=1", "pi", "pi_3PqT2e"],
  ["https://dashboard.stripe.com/acct_1PqT/test/connect/accounts/acct_2Vendor", "acct", "acct_2Vendor"],
  ["https://checkout.stripe.com/c/pay/cs_test_a1B2#fidkdWxOYHwnPyd1", "cs", "cs_test_a1B2"],
  ["cs_live_a1B2", "cs", "cs_live_a1B2"],
  // A client secret: what comes behind the id is not for us.
  ["pi_3PqT2e_secret_abc", "pi", "pi_3PqT2e"],
  ["pyr_1a", "pyr", "pyr_1a"],
  ["trr_1a", "trr", "trr_1a"],
  ["tr_1a, then re_2b", "re", "re_2b"],
  [ORDER, "order", ORDER],
  [
    `https://convene.example/spaces/demo/rooms/store/marketplaces/${MARKETPLACE}/orders/${ORDER}`,
    "order",
    ORDER,
  ],
  [`/spaces/demo/rooms/store/marketplaces/${MARKETPLACE}/edit`, "marketplace", MARKETPLACE],
  [MARKETPLACE.toUpperCase(), "marketplace", MARKETPLACE],
  [`acct_1PqT ${ORDER}`, "order", ORDER],
  ["  Vera@shop.example ", "buyer", "Vera@shop.example"],
  ["pi_3PqT2e@shop.example", "buyer", "pi_3PqT2e@shop.example"],
])("finds the id in %j", (text, kind, id) => {
  expect(pastedId(text)).toEqual({ kind, id });
});

it.each([
  "",
  "Cheese",
  "Vera <vera@shop.example>",
  "vera@shop",
  "pi_",
  "xpi_1a",
  "we_1a",
  "sk_test_1a",
  "whsec_1a",
  `${ORDER}X`,
  "évt_1a",
])("finds none in %j", (text) => {
  expect(pastedId(text)).toBeUndefined();
});
