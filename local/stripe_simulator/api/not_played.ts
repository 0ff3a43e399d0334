/* What Stripe has and this simulator does not, so that its refusals do not blame the caller. */

/** Resources of which no route is played, by the first part of their path, as stripe-node has them. */
const RESOURCES = new Set(
  `account_sessions apple_pay application_fees apps balance_settings billing billing_portal climate
  confirmation_tokens country_specs coupons credit_notes customer_sessions customers entitlements ephemeral_keys
  exchange_rates file_links files financial_connections forwarding identity invoice_payments
  invoice_rendering_templates invoiceitems invoices issuing mandates payment_attempt_records payment_links
  payment_method_configurations payment_method_domains payment_records plans product_catalog promotion_codes
  quotes radar reporting reviews setup_attempts setup_intents shipping_rates sigma sources subscription_items
  subscription_schedules subscriptions tax tax_codes tax_ids tax_rates terminal test_helpers tokens topups
  treasury`.split(/\s+/),
);

/** Routes of the resources that are played. */
const ROUTES = [
  /^(GET|POST|DELETE) \/v1\/accounts\/\w+\/(capabilities|external_accounts|persons)(\/\w+)?$/,
  /^POST \/v1\/accounts\/\w+\/(login_links|reject)$/,
  /^POST \/v1\/charges(\/\w+(\/capture)?)?$/,
  /^(GET|POST) \/v1\/charges\/\w+\/(dispute|refunds?)$/,
  /^POST \/v1\/payment_intents\/\w+\/(apply_customer_balance|capture|increment_authorization|verify_microdeposits)$/,
  /^GET \/v1\/payment_methods$/,
  /^POST \/v1\/payment_methods\/\w+(\/(attach|detach))?$/,
  /^POST \/v1\/payouts(\/\w+(\/(cancel|reverse))?)?$/,
  /^POST \/v1\/prices\/\w+$/,
  /^DELETE \/v1\/products\/\w+$/,
  /^(GET|POST|DELETE) \/v1\/products\/\w+\/features(\/\w+)?$/,
];

/** @param path such as `/v1/payouts`; nothing of the second version of the API is played */
export const isStripes = (method: string, path: string): boolean =>
  path.startsWith("/v2/") ||
  RESOURCES.has(path.split("/")[2] ?? "") ||
  ROUTES.some((route) => route.test(`${method} ${path}`));

/** Parameters of the routes that are played. */
const PARAMETERS = new Set(
  `after_expiration allow_promotion_codes application_fee_amount arrival_date automatic_tax billing_address_collection
  billing_scheme branding_settings capture_method consent_collection currency_options custom_fields custom_text
  custom_unit_amount customer customer_account customer_creation customer_update default_price_data destination discounts
  dynamic_tax_rates enhanced_evidence error_on_requires_action excluded_payment_method_types id instructions_email
  invoice_creation level3 locale lookup_key mandate mandate_data name_collection off_session on_behalf_of
  optional_items origin package_dimensions payment_details payment_method_collection payment_method_configuration
  payment_method_data payment_method_options payment_method_types permissions phone_number_collection
  radar_options recurring redirect_on_completion saved_payment_method_options setup_future_usage setup_intent_data
  shipping_address_collection shipping_options statement_descriptor submit_type subscription_data tax_id_collection
  tax_rates tiers tiers_mode transfer_data transfer_lookup_key transform_quantity ui_mode unit_amount_decimal
  unit_label use_stripe_sdk wallet_options`.split(/\s+/),
);

/** @param name such as `payment_intent_data[application_fee_amount]` */
export const isStripesParameter = (name: string): boolean =>
  PARAMETERS.has(/(\w+)\]?$/.exec(name)?.[1] ?? "");
