import type Stripe from "stripe";
import * as v from "valibot";
import { invalidParam, invalidRequest } from "../api/errors.ts";
import { param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { addressOf, addressParam } from "./addresses.ts";
import { type TestCard, testCard, VISA } from "./test_cards.ts";

export const retrievePaymentMethod = retrieve("payment_method");

const CreatePaymentMethod = v.strictObject({
  type: v.picklist(["card"]),
  billing_details: v.optional(
    v.strictObject({
      address: v.optional(addressParam),
      email: v.optional(param.email),
      name: v.optional(param.text()),
      phone: v.optional(param.text()),
    }),
    {},
  ),
  card: v.strictObject({ token: param.text() }),
  metadata: v.optional(param.metadata, {}),
});

/** https://docs.stripe.com/api/payment_methods/create, of a card by its test token: nobody types a card number here. */
export const createPaymentMethod: Handler = ({ params, scope }, simulator) => {
  const { billing_details, card, metadata } = parse(CreatePaymentMethod, params);
  const known = testCard(card.token);
  if (!known?.brand || !card.token.startsWith("tok_"))
    throw invalidParam("card[token]", `No such token: '${card.token}'`, "resource_missing");
  return addPaymentMethod(simulator, scope, "card", {
    card: known,
    billing_details: {
      address: billing_details.address ? addressOf(billing_details.address) : null,
      email: billing_details.email ?? null,
      name: billing_details.name ?? null,
      phone: billing_details.phone ?? null,
      tax_id: null,
    },
    metadata,
  });
};

/** A card, or a bank debit, which nothing more is known of. */
export function addPaymentMethod(
  simulator: Simulator,
  scope: Scope,
  type: string,
  {
    card = VISA,
    billing_details = NO_DETAILS,
    metadata = {},
  }: {
    card?: TestCard;
    billing_details?: Stripe.PaymentMethod["billing_details"];
    metadata?: Stripe.Metadata;
  } = {},
): Stripe.PaymentMethod {
  const method = simulator.store.insert("payment_method", scope, {
    id: newId.paymentMethod(),
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details,
    ...(type === "card" && { card: cardOf(card) }),
    created: accountTime(simulator, scope.account),
    customer: null,
    customer_account: null,
    livemode: scope.livemode,
    metadata,
    type,
  });
  if (card !== VISA)
    simulator.store.run(
      "INSERT INTO test_cards (payment_method, body) VALUES (?, ?)",
      method.id,
      JSON.stringify(card),
    );
  return method;
}

const NO_DETAILS = { address: null, email: null, name: null, phone: null, tax_id: null };

const cardOf = ({ brand, last4 }: TestCard): Stripe.PaymentMethod.Card => ({
  brand,
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
  country: "US",
  display_brand: brand,
  exp_month: 12,
  exp_year: 2034,
  fingerprint: `simulated${last4}`,
  funding: "credit",
  generated_from: null,
  last4,
  networks: { available: [brand], preferred: null },
  regulated_status: "unregulated",
  three_d_secure_usage: { supported: true },
  wallet: null,
});

/** The payment method of this id; `pm_card_…` makes a new one of that test card. */
export function paymentMethodOf(simulator: Simulator, scope: Scope, id: string): Stripe.PaymentMethod {
  const card = scope.livemode ? undefined : testCard(id);
  if (card && id.startsWith("pm_card_")) return addPaymentMethod(simulator, scope, "card", { card });
  const method = simulator.store.get("payment_method", scope, id);
  if (!method)
    throw invalidRequest(`No such PaymentMethod: '${id}'`, {
      code: "resource_missing",
      param: "payment_method",
    });
  return method;
}

/** What the card of this payment method does. The cast is safe: only `addPaymentMethod` writes these rows. */
export function behaviourOf({ store }: Simulator, { id }: Stripe.PaymentMethod): TestCard {
  const row = store.first("SELECT body FROM test_cards WHERE payment_method = ?", id);
  return row ? (JSON.parse(String(row.body)) as TestCard) : VISA;
}
