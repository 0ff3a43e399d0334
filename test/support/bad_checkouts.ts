import { aCheckout } from "./checkouts.ts";

const [line = {}] = aCheckout().line_items;
const lines = (count: number) => Array.from({ length: count }, () => ({ ...line, quantity: 1 }));
const without = (field: string) =>
  Object.fromEntries(Object.entries(aCheckout()).filter(([name]) => name !== field));
const with_ = (changes: Record<string, unknown>) => ({ ...aCheckout(), ...changes });
const withLine = (changes: Record<string, unknown>) => with_({ line_items: [line, { ...line, ...changes }] });

const whole = "must be a whole number, in the currency's smallest unit";
const currency = "must be a currency in three lowercase letters, such as `usd`";
const url = "must be an https:// URL (http:// only on this machine), without a user name or password in it";

type BadCheckout = [what: string, field: string, body: unknown, message?: string | undefined];

const each = (
  field: string,
  make: (value: unknown) => unknown,
  values: [what: string, value: unknown, message?: string][],
): BadCheckout[] =>
  values.map(([what, value, message]) => [`${field} is ${what}`, field, make(value), message]);

/** Bodies that are no checkout: what is wrong, the field that the answer names, and what it says of it. */
export const badCheckouts: BadCheckout[] = [
  ...["line_items", "currency", "success_url", "cancel_url"].map(
    (field): BadCheckout => [`${field} is missing`, field, without(field), "is missing"],
  ),
  ...["name", "unit_amount", "quantity"].map(
    (field): BadCheckout => [
      `${field} is missing`,
      `line_items[1].${field}`,
      withLine({ [field]: undefined }),
    ],
  ),
  ["it is null", "body", null],
  ["it is a list", "body", [aCheckout()], "must be an object"],
  ["it is a text", "body", "bread"],
  ["a field is unknown", "application_fee", with_({ application_fee: 1 }), "is no field here"],
  ["a line has an unknown field", "line_items[1].price", withLine({ price: "price_1" })],
  ["the mode is asked for", "livemode", with_({ livemode: false })],

  ...each("line_items", (line_items) => with_({ line_items }), [
    ["null", null, "must be a list of lines"],
    ["a line", line, "must be a list of lines"],
    ["a text", "bread", "must be a list of lines"],
    ["empty", [], "must have at least one line"],
    ["99 lines, delivery and taxes", lines(99), "must be at most 100 lines, with delivery and taxes"],
    ["101 lines", lines(101), "must be at most 100 lines, with delivery and taxes"],
    [
      "too much in all",
      [{ ...line, unit_amount: 99_999_999, quantity: 1 }],
      "must come to at most 99999999 in all",
    ],
    [
      "far too much in all",
      [{ ...line, unit_amount: 99_999_999, quantity: 999_999 }],
      "must come to at most 99999999 in all",
    ],
  ]),
  ["a line is a text", "line_items[1]", with_({ line_items: [line, "bread"] })],
  ["a line is null", "line_items[0]", with_({ line_items: [null] })],
  ...each("line_items[1].name", (name) => withLine({ name }), [
    ["a number", 1, "must be a text"],
    ["empty", "", "must not be empty"],
    ["space", " \n", "must not be empty"],
    ["half a character", "Loaf \ud83e", "must be a text"],
    ["too long", "x".repeat(251), "must have at most 250 characters"],
  ]),
  ...each("line_items[1].unit_amount", (unit_amount) => withLine({ unit_amount }), [
    ["a text", "1200", whole],
    ["null", null, whole],
    ["a fraction", 12.5, whole],
    ["negative", -1, "must not be negative"],
    ["zero", 0, "must be at least 1"],
    ["too large", 100_000_000, "must be at most 99999999"],
    ["larger than any integer", 1e300, "must be at most 99999999"],
  ]),
  ...each("line_items[1].quantity", (quantity) => withLine({ quantity }), [
    ["a text", "2", "must be a whole number"],
    ["a fraction", 1.5, "must be a whole number"],
    ["zero", 0, "must be at least 1"],
    ["negative", -1, "must be at least 1"],
    ["too large", 1_000_000, "must be at most 999999"],
  ]),
  ...["delivery_amount", "tax_amount"].flatMap((field) =>
    each(field, (value) => with_({ [field]: value }), [
      ["a text", "500", whole],
      ["null", null, whole],
      ["a yes", true, whole],
      ["a fraction", 0.1, whole],
      ["negative", -1, "must not be negative"],
      ["too large", 100_000_000, "must be at most 99999999"],
    ]),
  ),
  ...each("currency", (value) => with_({ currency: value }), [
    ["a number", 840, "must be a currency such as `usd`"],
    ["empty", "", currency],
    ["in capitals", "USD", currency],
    ["a word", "dollars", currency],
    ["unknown", "zzz", currency],
    ["with space around it", " usd", currency],
  ]),
  ...each("customer_email", (customer_email) => with_({ customer_email }), [
    ["a number", 1, "must be a text"],
    ["empty", "", "must be an email address"],
    ["no address", "jenny", "must be an email address"],
    ["an address in other letters", "\u212aate@example.com", "must be an email address"],
    ["two addresses", "jenny@example.com, rosen@example.com", "must be an email address"],
    ["too long", `${"x".repeat(254)}@example.com`, "must have at most 254 characters"],
  ]),
  ...["success_url", "cancel_url"].flatMap((field) =>
    each(field, (value) => with_({ [field]: value }), [
      ["a number", 1, "must be a text"],
      ["null", null, "must be a text"],
      ["half a character", "https://shop.example/\ud83e", "must be a text"],
      ["after a space", " https://shop.example/", url],
      ["with a tab in it", "https://shop.example/a\tb", url],
      ["without its slashes", "https:shop.example", url],
      ["with backslashes", "https:\\\\shop.example", url],
      ["with nobody's user name", "https://@shop.example/", url],
      ["empty", "", url],
      ["no URL", "thanks", url],
      ["a path", "/thanks", url],
      ["a script", "javascript:alert(1)", url],
      ["a script in disguise", "java\nscript:alert(1)//https://shop.example", url],
      ["data", "data:text/html,<script>alert(1)</script>", url],
      ["a file", "file:///etc/passwd", url],
      ["of an app", "shop://thanks", url],
      ["unencrypted", "http://shop.example/thanks", url],
      ["unencrypted, of a host that only begins like ours", "http://localhost.shop.example/thanks", url],
      ["unencrypted, of a host that only ends like ours", "http://xconvene.invalid/thanks", url],
      ["with a user name", "https://jenny@shop.example/thanks", url],
      ["with a password", "https://:secret@shop.example/thanks", url],
      ["too long", `https://shop.example/${"x".repeat(2_048)}`, "must have at most 2048 characters"],
    ]),
  ),
];
