/** Whatever Stripe has there, be it a word or a whole object, is of a person, or was written by one. */
const OF_PERSONS = new Set([
  "address",
  "calculated_statement_descriptor",
  "billing_details",
  "business_profile",
  "cardholder",
  "client_reference_id",
  "collected_information",
  "company",
  "custom_fields",
  "custom_text",
  "customer_details",
  "customer_email",
  "customer_name",
  "customer_phone",
  "description",
  "email",
  "evidence",
  "external_accounts",
  "fingerprint",
  "first_name",
  "individual",
  "ip",
  "last4",
  "last_name",
  "name",
  "nickname",
  "note",
  "payment_method_details",
  "phone",
  "receipt_email",
  "receipt_number",
  "settings",
  "statement_descriptor",
  "statement_descriptor_suffix",
  "shipping",
  "shipping_details",
  "tos_acceptance",
]);

/** What opens something, or leads to a page with all of it. */
const SECRETS = new Set([
  "cancel_url",
  "client_secret",
  "idempotency_key",
  "next_action",
  "receipt_url",
  "return_url",
  "secret",
  "success_url",
  "url",
]);

/** Within what is a person's, these say what kind of thing it is. */
const KINDS = new Set(["object", "type", "brand", "funding", "country", "currency", "network", "status"]);

/** Of these there are more with every way to pay. */
const ENDS_OF_PERSONS = /(?:_name|_ip|_address|email|phone|iban|account_number|tax_id)$/;

/** Our own words of metadata (lib/orders/intent_metadata.ts, lib/money/ask_stripe.ts); others may have written anything into it. */
const OUR_METADATA = new Set([
  "order",
  "marketplace",
  "product_total",
  "delivery_amount",
  "tax_amount",
  "vendor_account",
  "money",
  "product_amount",
]);

/** An id, a name of Stripe's, a code, a time: what has no space, no `@`, and no letter beyond ASCII in it, and is no IP address or link. */
const MACHINES_WORD =
  /^(?!\d{1,3}(?:\.\d{1,3}){3}$)(?![\da-f]*:[\da-f]*:[\da-f:]*$)(?!.*:\/\/)[\w.:#/-]{0,255}$/i;

const REPLACED = "replaced";

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/**
 * An object of Stripe's as it may stand on a laptop: without names, addresses, what a person wrote, secrets and links, which are
 * replaced or gone, and in test mode. Ids, amounts, currencies, states and times stay, and what of its metadata is ours.
 */
export function withoutPersons(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutPersons);
  if (typeof value === "string") return MACHINES_WORD.test(value) ? value : REPLACED;
  if (typeof value !== "object" || value === null) return value;
  const clean: Record<string, Json> = {};
  for (const [name, each] of Object.entries(value)) clean[name] = withoutPerson(name, each);
  return clean;
}

function withoutPerson(name: string, value: Json): Json {
  if (name === "livemode") return false;
  if (name === "metadata" && typeof value === "object" && value !== null && !Array.isArray(value))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => OUR_METADATA.has(key))
        .map(([key, each]) => [key, withoutPersons(each)]),
    );
  // Of a list, its own address at Stripe's API.
  if (SECRETS.has(name) || name.endsWith("_url"))
    return typeof value === "string" && value.startsWith("/v1/") ? value : null;
  return OF_PERSONS.has(name) || ENDS_OF_PERSONS.test(name) ? replaced(name, value) : withoutPersons(value);
}

/** In its shape, so that what reads it finds what it looks for. */
function replaced(name: string, value: Json): Json {
  if (value === null || typeof value === "boolean") return value;
  if (Array.isArray(value)) return [];
  if (typeof value === "number") return 0;
  if (typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        KINDS.has(key) && typeof each === "string" ? withoutPersons(each) : replaced(key, each),
      ]),
    );
  if (name.endsWith("email")) return "replaced@example.com";
  return name === "last4" ? "4242" : REPLACED;
}
