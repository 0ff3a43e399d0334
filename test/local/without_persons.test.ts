import { expect, it } from "vitest";
import { withoutPersons } from "../../local/reproduce/without_persons.ts";

const clean = (object: object) => withoutPersons(JSON.parse(JSON.stringify(object)));

it("keeps ids, amounts, states, times and our own metadata", () => {
  const charge = {
    id: "ch_3AbC",
    object: "charge",
    amount: 1_890,
    currency: "usd",
    created: 1_795_132_800,
    status: "succeeded",
    payment_intent: "pi_3AbC",
    transfer_group: "01KAJ7Z9V4Q0000000000000AA",
    balance_transaction: null,
    captured: true,
    refunds: { object: "list", data: [], has_more: false, url: "/v1/charges/ch_3AbC/refunds" },
    metadata: {
      order: "01KAJ7Z9V4Q0000000000000AA",
      marketplace: "0bb2a9c4-0000-4000-8000-000000000001",
      product_total: "1300",
    },
  };
  expect(clean(charge)).toEqual(charge);
});

it("is in test mode, whatever it was", () => {
  expect(clean({ livemode: true, data: { object: { livemode: true } } })).toEqual({
    livemode: false,
    data: { object: { livemode: false } },
  });
});

it.each<[object, object]>([
  [
    {
      billing_details: {
        name: "Jo",
        email: "jo@x.example",
        phone: null,
        address: { line1: "Main St 1", country: "US" },
      },
    },
    {
      billing_details: {
        name: "replaced",
        email: "replaced@example.com",
        phone: null,
        address: { line1: "replaced", country: "US" },
      },
    },
  ],
  [
    {
      payment_method_details: {
        type: "card",
        card: { brand: "visa", last4: "1881", exp_month: 7, fingerprint: "Xt5" },
      },
    },
    {
      payment_method_details: {
        type: "card",
        card: { brand: "visa", last4: "4242", exp_month: 0, fingerprint: "replaced" },
      },
    },
  ],
  [
    { customer_email: "jo@x.example", receipt_email: null },
    { customer_email: "replaced@example.com", receipt_email: null },
  ],
  [
    { metadata: { note: "call 555", order: "01KAJ7Z9V4Q0000000000000AA" } },
    { metadata: { order: "01KAJ7Z9V4Q0000000000000AA" } },
  ],
  [{ metadata: { order: "for Jo Miller" } }, { metadata: { order: "replaced" } }],
  [
    {
      client_secret: "pi_1_secret_2",
      receipt_url: "https://pay.example/x",
      url: "https://checkout.example/c",
    },
    { client_secret: null, receipt_url: null, url: null },
  ],
  [{ custom_fields: [{ key: "engraving", text: { value: "Jo" } }] }, { custom_fields: [] }],
  [
    { evidence: { customer_purchase_ip: "192.0.2.7", uncategorized_text: "Jo" } },
    { evidence: { customer_purchase_ip: "replaced", uncategorized_text: "replaced" } },
  ],
  // Of fields that nobody has named, what a person may have written.
  [{ anything: "Jo Miller" }, { anything: "replaced" }],
  [{ anything: "jo@x.example" }, { anything: "replaced" }],
  [{ anything: "192.0.2.7" }, { anything: "replaced" }],
  [{ anything: "Zoë" }, { anything: "replaced" }],
  [{ anything: "2001:db8::1" }, { anything: "replaced" }],
  [{ anything: "https://pay.example/for/jo" }, { anything: "replaced" }],
  [{ hosted_voucher_url: "https://pay.example/x" }, { hosted_voucher_url: null }],
  [
    { iban: "DE89", account_holder_name: "Schmidt", tax_id: "DE1" },
    { iban: "replaced", account_holder_name: "replaced", tax_id: "replaced" },
  ],
  [
    { verified_name: "Jenny", client_ip: null },
    { verified_name: "replaced", client_ip: null },
  ],
  [{ next_action: { type: "oxxo_display_details", number: "123" } }, { next_action: null }],
  [
    { request: { id: "req_1", idempotency_key: "order-Jo" } },
    { request: { id: "req_1", idempotency_key: null } },
  ],
  [
    { previous_attributes: { email: "jo@x.example" } },
    { previous_attributes: { email: "replaced@example.com" } },
  ],
])("replaces what is a person's: %j", (object, expected) => {
  expect(clean(object)).toEqual(expected);
});
