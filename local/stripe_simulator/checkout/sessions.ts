import type Stripe from "stripe";
import * as v from "valibot";
import { CURRENCIES } from "../../../lib/orders/stripe_limits.ts";
import { resourceMissing } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { assertNoParams, mergeMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { newId } from "../core/ids.ts";
import { savePaymentDetails } from "../payments/payment_details.ts";
import { accountTime, realTimeMs } from "../state/clock.ts";
import { addJob } from "../state/jobs.ts";
import { customerDetails, performAction } from "./actions.ts";
import { newLineItem } from "./line_items.ts";
import { findPrice } from "./prices.ts";
import { type NewCheckoutSession, parseCheckoutSession } from "./session_params.ts";

export const createCheckoutSession: Handler = ({ params, scope }, simulator) => {
  const created = accountTime(simulator, scope.account);
  const wanted = parseCheckoutSession(params, created, (id, param) => findPrice(simulator, scope, id, param));
  const session = simulator.store.insert(
    "checkout.session",
    scope,
    newSession(wanted, { created, livemode: scope.livemode, origin: simulator.origin }),
  );
  for (const line of wanted.line_items) {
    const { item, made } = newLineItem(line, { created, livemode: scope.livemode });
    if (made) {
      simulator.store.insert("product", scope, made.product);
      simulator.store.insert("price", scope, made.price);
    }
    simulator.store.insert("item", scope, item, session.id);
  }
  savePaymentDetails(simulator, session.id, wanted.payment_intent_data ?? {});
  const expiry = realTimeMs(simulator, scope.account, session.expires_at);
  addJob(simulator, "expire checkout session", session.id, expiry);
  return session;
};

export const retrieveCheckoutSession = retrieve("checkout.session");

/** https://docs.stripe.com/api/checkout/sessions/update: nothing else can be changed on a hosted session. */
export const updateCheckoutSession: Handler = ({ params, path, scope }, simulator) => {
  const session = getOrThrow(simulator, "checkout.session", scope, path("id"));
  const { metadata = {} } = parse(v.strictObject({ metadata: v.optional(param.metadata) }), params);
  return simulator.store.update("checkout.session", {
    ...session,
    metadata: mergeMetadata(session.metadata ?? {}, metadata),
  });
};

const ListParams = v.strictObject({
  ...param.paging,
  created: v.optional(param.range),
  payment_intent: v.optional(param.text()),
  status: v.optional(v.picklist(["open", "complete", "expired"])),
});

export const listCheckoutSessions: Handler = ({ params, scope }, simulator) => {
  const { created, payment_intent, status, ...paging } = parse(ListParams, params);
  const where = [...whereField("payment_intent", payment_intent), ...whereField("status", status)];
  return listPage(
    simulator,
    scope,
    { kind: "checkout.session", url: "/v1/checkout/sessions", created, where },
    paging,
  );
};

export const listLineItems: Handler = ({ params, path, scope }, simulator) => {
  const session = getOrThrow(simulator, "checkout.session", scope, path("id"));
  const { limit = 10, starting_after } = parse(
    v.strictObject({ limit: param.paging.limit, starting_after: param.paging.starting_after }),
    params,
  );
  // Unlike every other list, this one is oldest first.
  const items = simulator.store.parts("item", session.id);
  const start = starting_after ? items.findIndex(({ id }) => id === starting_after) + 1 : 0;
  if (starting_after && start === 0) throw resourceMissing("line item", starting_after, "starting_after");
  const data = items.slice(start, start + limit);
  const url = `/v1/checkout/sessions/${session.id}/line_items`;
  return { object: "list", data, has_more: items.length > start + limit, url };
};

export const expireCheckoutSession: Handler = ({ cause, params, path, scope }, simulator) => {
  assertNoParams(params);
  return performAction(simulator, getOrThrow(simulator, "checkout.session", scope, path("id")).id, "expire", {
    cause,
  });
};

function newSession(
  wanted: NewCheckoutSession,
  { created, livemode, origin }: { created: number; livemode: boolean; origin: string },
): Stripe.Checkout.Session {
  const id = newId.checkoutSession(livemode);
  return {
    id,
    object: "checkout.session",
    adaptive_pricing: { enabled: wanted.adaptive_pricing?.enabled ?? true },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: wanted.allowed_payment_method_types ?? null,
    amount_subtotal: wanted.total,
    amount_total: wanted.total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: wanted.cancel_url ?? null,
    client_reference_id: wanted.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created,
    currency: wanted.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: null,
    customer_account: null,
    customer_creation: "if_required",
    customer_details: wanted.customer_email ? customerDetails(wanted.customer_email) : null,
    customer_email: wanted.customer_email ?? null,
    discounts: [],
    expires_at: wanted.expires_at,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode,
    locale: null,
    managed_payments: null,
    metadata: wanted.metadata ?? {},
    mode: "payment",
    origin_context: null,
    payment_intent: null, // created by the first payment attempt, since API version 2022-08-01
    payment_link: null,
    payment_method_collection: "if_required",
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: paymentMethodTypes(wanted),
    payment_status: "unpaid",
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: "open",
    submit_type: null,
    subscription: null,
    success_url: wanted.success_url,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: "hosted_page",
    url: `${origin}/c/pay/${id}`,
    wallet_options: null,
  };
}

/** The payment methods that take the amount, limited to those that the seller allows; none where nothing is to pay. */
function paymentMethodTypes({
  currency,
  total,
  allowed_payment_method_types: allowed,
}: NewCheckoutSession): string[] {
  if (total === 0) return [];
  const debit = currency === "eur" ? "sepa_debit" : "us_bank_account";
  const all = total > (CURRENCIES.get(currency)?.largestWithoutCard ?? 0) ? ["card"] : ["card", debit];
  return allowed ? all.filter((method) => allowed.includes(method)) : all;
}
