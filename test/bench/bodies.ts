import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { ulid } from "ulid";
import { nowS } from "../support/events.ts";

/** A body as Stripe posts it: JSON with two spaces of indentation, and ids, addresses and amounts that never repeat. */
export type Body = { id: string; body: string };

/** The sizes that are measured, in KB of 1,000 bytes. */
export const SIZES_KB = [1, 5, 50, 300] as const;
export type SizeKb = (typeof SIZES_KB)[number];

/** An event of about so many KB: what Stripe sends of that size, and a fresh one each time. */
export function aBody(kb: SizeKb): Body {
  switch (kb) {
    case 1:
      return anEventOf("customer.updated", aCustomer(), { balance: -randomInt(1_000) });
    case 5:
      return aBodyOf5Kb(randomInt(2));
    case 50:
      return anEventOf("invoice.finalized", anInvoice(28), { status: "draft" });
    case 300:
      return anEventOf("invoice.finalized", anInvoice(170), { status: "draft" });
  }
}

/** The two that this product lives on, in turn: a paid Checkout Session, and the charge with its fee. */
const aBodyOf5Kb = (turn: number): Body =>
  turn === 0
    ? anEventOf("checkout.session.completed", aCheckoutSession())
    : anEventOf("charge.updated", aCharge(), { balance_transaction: null, receipt_url: null });

function anEventOf(type: string, object: object, previous_attributes?: object): Body {
  const id = `evt_1${base62(23)}`;
  const event = {
    id,
    object: "event",
    account: undefined,
    api_version: "2026-10-28.endive",
    created: nowS(),
    data: { object, ...(previous_attributes && { previous_attributes }) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: `req_${base62(14)}`, idempotency_key: randomUUID() },
    type,
  };
  return { id, body: JSON.stringify(event, undefined, 2) };
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const base62 = (length: number): string =>
  Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
const stripeId = (prefix: string): string => `${prefix}_1${base62(23)}`;
const oneOf = <Item>(...items: readonly [Item, ...Item[]]): Item =>
  items[randomInt(items.length)] ?? items[0];

const aName = (): string =>
  `${oneOf("Jenny", "Olumide", "María", "Wei", "Priya", "Tom")} ${oneOf("Rosen", "Adeyemi", "García", "Zhang", "Nair", "O'Brien")}`;
const anEmail = (): string =>
  `${base62(8).toLowerCase()}@${oneOf("example.com", "mail.example", "shop.test")}`;

const anAddress = () => ({
  city: oneOf("South San Francisco", "Lyon", "Leeds", "Kraków"),
  country: oneOf("US", "FR", "GB", "PL"),
  line1: `${randomInt(1, 999)} ${oneOf("Oyster Point Blvd", "Rue de la Paix", "Kirkgate", "Floriańska")}`,
  line2: null,
  postal_code: String(randomInt(10_000, 99_999)),
  state: oneOf("CA", "", "West Yorkshire"),
});

const aCustomer = () => ({
  id: `cus_${base62(14)}`,
  object: "customer",
  address: null,
  balance: 0,
  created: nowS(),
  currency: null,
  default_source: null,
  delinquent: false,
  description: null,
  email: anEmail(),
  invoice_prefix: base62(8).toUpperCase(),
  invoice_settings: {
    custom_fields: null,
    default_payment_method: null,
    footer: null,
    rendering_options: null,
  },
  livemode: false,
  metadata: {},
  name: aName(),
  next_invoice_sequence: 1,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: "none",
  test_clock: null,
});

const ourMetadata = () => ({
  marketplace: randomUUID(),
  order: ulid(),
  room: "store",
  space: oneOf("demo", "zinc-coop", "harbor"),
});

/** The event that tells of a session that we made: paid, for one of our Orders. */
export const aPaidSession = (session: string, order: string, marketplace: string): Body => {
  const made = aCheckoutSession();
  const metadata = { ...made.metadata, order, marketplace };
  return anEventOf("checkout.session.completed", {
    ...made,
    id: session,
    client_reference_id: order,
    metadata,
  });
};

/** stripe.com/docs/api/checkout/sessions/object */
function aCheckoutSession() {
  const amount = randomInt(500, 50_000);
  const address = anAddress();
  const name = aName();
  const metadata = ourMetadata();
  return {
    id: `cs_test_a1${base62(56)}`,
    object: "checkout.session",
    adaptive_pricing: { enabled: true },
    after_expiration: null,
    allow_promotion_codes: null,
    amount_subtotal: amount,
    amount_total: amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: "required",
    branding_settings: {
      background_color: "#ffffff",
      border_style: "rounded",
      button_color: "#0074d4",
      display_name: "Acme Distribution",
      font_family: "default",
      icon: null,
      logo: null,
    },
    cancel_url: `https://shop.example/orders/${randomInt(1e9)}/cancel`,
    client_reference_id: metadata.order,
    client_secret: null,
    collected_information: {
      business_name: null,
      individual_name: null,
      shipping_details: { address, name },
    },
    consent: null,
    consent_collection: null,
    created: nowS(),
    currency: "usd",
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: `cus_${base62(14)}`,
    customer_account: null,
    customer_creation: "always",
    customer_details: {
      address,
      business_name: null,
      email: anEmail(),
      individual_name: null,
      name,
      phone: `+1${randomInt(2e9, 9e9)}`,
      tax_exempt: "none",
      tax_ids: [],
    },
    customer_email: null,
    discounts: [],
    expires_at: nowS() + 86_400,
    invoice: null,
    invoice_creation: {
      enabled: false,
      invoice_data: {
        account_tax_ids: null,
        custom_fields: null,
        description: null,
        footer: null,
        issuer: null,
        metadata: {},
        rendering_options: null,
      },
    },
    livemode: false,
    locale: null,
    metadata,
    mode: "payment",
    origin_context: null,
    payment_intent: stripeId("pi"),
    payment_link: null,
    payment_method_collection: "if_required",
    payment_method_configuration_details: { id: stripeId("pmc"), parent: null },
    payment_method_options: { card: { request_three_d_secure: "automatic" } },
    payment_method_types: ["card", "link", "klarna"],
    payment_status: "paid",
    permissions: null,
    phone_number_collection: { enabled: true },
    presentment_details: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: { allowed_countries: ["US", "FR", "GB", "PL"] },
    shipping_cost: {
      amount_subtotal: 500,
      amount_tax: 0,
      amount_total: 500,
      shipping_rate: stripeId("shr"),
    },
    shipping_options: [{ shipping_amount: 500, shipping_rate: stripeId("shr") }],
    status: "complete",
    submit_type: null,
    subscription: null,
    success_url: `https://shop.example/orders/${randomInt(1e9)}/thanks?session={CHECKOUT_SESSION_ID}`,
    total_details: { amount_discount: 0, amount_shipping: 500, amount_tax: 0 },
    ui_mode: "hosted",
    url: null,
    wallet_options: null,
  };
}

/** stripe.com/docs/api/charges/object */
function aCharge() {
  const amount = randomInt(500, 50_000);
  const [address, name, metadata] = [anAddress(), aName(), ourMetadata()];
  return {
    id: `ch_3${base62(23)}`,
    object: "charge",
    amount,
    amount_captured: amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: `txn_3${base62(23)}`,
    billing_details: { address, email: anEmail(), name, phone: null, tax_id: null },
    calculated_statement_descriptor: "ACME DISTRIBUTION",
    captured: true,
    created: nowS(),
    currency: "usd",
    customer: `cus_${base62(14)}`,
    description: null,
    destination: null,
    dispute: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata,
    on_behalf_of: null,
    order: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: "approved_by_network",
      reason: null,
      risk_level: "normal",
      risk_score: randomInt(1, 60),
      seller_message: "Payment complete.",
      type: "authorized",
    },
    paid: true,
    payment_intent: `pi_3${base62(23)}`,
    payment_method: stripeId("pm"),
    payment_method_details: {
      card: {
        amount_authorized: amount,
        authorization_code: String(randomInt(100_000, 999_999)),
        brand: oneOf("visa", "mastercard", "amex"),
        checks: { address_line1_check: "pass", address_postal_code_check: "pass", cvc_check: "pass" },
        country: oneOf("US", "FR", "GB", "PL"),
        exp_month: randomInt(1, 13),
        exp_year: randomInt(2027, 2033),
        extended_authorization: { status: "disabled" },
        fingerprint: base62(16),
        funding: oneOf("credit", "debit"),
        incremental_authorization: { status: "unavailable" },
        installments: null,
        last4: String(randomInt(1_000, 9_999)),
        mandate: null,
        multicapture: { status: "unavailable" },
        network: oneOf("visa", "mastercard", "amex"),
        network_token: { used: false },
        network_transaction_id: String(randomInt(1e14)),
        overcapture: { maximum_amount_capturable: amount, status: "unavailable" },
        regulated_status: "unregulated",
        three_d_secure: null,
        wallet: null,
      },
      type: "card",
    },
    presentment_details: null,
    radar_options: {},
    receipt_email: anEmail(),
    receipt_number: null,
    receipt_url: `https://pay.stripe.com/receipts/payment/${base62(120)}`,
    refunded: false,
    review: null,
    shipping: { address, carrier: null, name, phone: null, tracking_number: null },
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: "succeeded",
    transfer_data: null,
    transfer_group: metadata.order,
  };
}

/** An invoice of so many lines, about 1,750 bytes each: the large events that Stripe sends are lists like this one. */
const anInvoice = (lines: number) => ({
  id: stripeId("in"),
  object: "invoice",
  amount_due: randomInt(1e6),
  currency: "usd",
  customer: `cus_${base62(14)}`,
  lines: { object: "list", data: Array.from({ length: lines }, aLine), has_more: false },
  status: "open",
});

const aLine = () => ({
  id: `il_1${base62(23)}`,
  object: "line_item",
  amount: randomInt(1e5),
  currency: "usd",
  description: `${randomInt(1, 20)} × ${oneOf("Sourdough", "Rye", "Tulips", "Olive oil")} ${base62(40)} (at $${randomInt(1, 90)}.00 / each)`,
  discount_amounts: [],
  discountable: true,
  discounts: [],
  invoice: stripeId("in"),
  livemode: false,
  metadata: { sku: base62(200), lot: base62(100) },
  parent: {
    invoice_item_details: {
      invoice_item: stripeId("ii"),
      proration: false,
      proration_details: { credited_items: null },
      subscription: null,
    },
    subscription_item_details: null,
    type: "invoice_item_details",
  },
  period: { end: nowS(), start: nowS() },
  pretax_credit_amounts: [],
  pricing: {
    price_details: { price: stripeId("price"), product: `prod_${base62(14)}` },
    type: "price_details",
    unit_amount_decimal: String(randomInt(1e5)),
  },
  quantity: randomInt(1, 20),
  taxes: [],
});
