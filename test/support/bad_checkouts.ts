import { aCheckout } from "./checkouts.ts";

const [line = {}] = aCheckout().line_items;
const lines = (count: number) => Array.from({ length: count }, () => ({ ...line, quantity: 1 }));
const without = (field: string) =>
  Object.fromEntries(Object.entries(aCheckout()).filter(([name]) => name !== field));
const with_ = (changes: Record<string, unknown>) => ({ ...aCheckout(), ...changes });
const withLine = (changes: Record<string, unknown>) => with_({ line_items: [line, { ...line, ...changes }] });

/** Of products that cost nothing, with nothing besides, but for the changes. */
const free = (changes: Record<string, unknown>) =>
  with_({
    line_items: [{ ...line, unit_amount: 0, quantity: 1 }],
    delivery_amount: 0,
    tax_amount: 0,
    ...changes,
  });

const whole = "must be a whole number, in the currency's smallest unit";
const currency = "must be a currency that Stripe takes, by its three letters, such as `usd`";
const url = "must be an https:// URL (http:// only on this machine), without a user name or password in it";
const noUrl = "must be a whole URL, written out, such as `https://shop.example/thanks`";
const template =
  "must have {CHECKOUT_SESSION_ID} as it is, braces and all: percent-encoded, Stripe puts no id there";

type BadCheckout = [what: string, field: string, body: unknown, message?: string | undefined];

const each = (
  field: string,
  make: (value: unknown) => unknown,
  values: [what: string, value: unknown, message?: string][],
): BadCheckout[] =>
  values.map(([what, value, message]) => [`${field} is ${what}`, field, make(value), message]);

/** Bodies that are no checkout: what is wrong, the field that the answer names, and what it says of it. */
export const badCheckouts: BadCheckout[] = [
  ...["line_items", "currency", "success_url"].map(
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
      [{ ...line, unit_amount: 999_999_999_999, quantity: 1 }],
      "must come to at most 999999999999 in all",
    ],
    [
      "far too much in all",
      [{ ...line, unit_amount: 999_999_999_999, quantity: 999_999 }],
      "must come to at most 999999999999 in all",
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
    ["too large", 1e12, "must be at most 999999999999"],
    ["larger than any integer", 1e300, "must be at most 999999999999"],
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
      ["a yes", true, whole],
      ["a fraction", 0.1, whole],
      ["negative", -1, "must not be negative"],
      ["too large", 1e12, "must be at most 999999999999"],
    ]),
  ),
  [
    "it comes to too little",
    "line_items",
    free({ tax_amount: 49 }),
    "must come to at least 50 in all in usd, or to nothing",
  ],
  ...each(
    "line_items",
    (unit_amount) => free({ currency: "huf", line_items: [{ ...line, unit_amount, quantity: 1 }] }),
    [["too little for its currency", 17_499, "must come to at least 17500 in all in huf, or to nothing"]],
  ),
  ...["isk", "UGX"].flatMap((code): BadCheckout[] => {
    const message = `must be a multiple of 100 in ${code.toLowerCase()}`;
    const odd = [
      { ...line, unit_amount: 20_000 },
      { ...line, unit_amount: 20_050 },
    ];
    return [
      [
        `a price has a fraction of ${code}`,
        "line_items[1].unit_amount",
        free({ currency: code, line_items: odd }),
        message,
      ],
      [
        `delivery has a fraction of ${code}`,
        "delivery_amount",
        free({ currency: code, delivery_amount: 150 }),
        message,
      ],
      [`taxes have a fraction of ${code}`, "tax_amount", free({ currency: code, tax_amount: 101 }), message],
    ];
  }),
  ...["bhd", "jod", "kwd", "omr", "tnd"].map(
    (code): BadCheckout => [
      `delivery of ${code} does not end with a zero`,
      "delivery_amount",
      free({ currency: code, delivery_amount: 5_124 }),
      `must be a multiple of 10 in ${code}`,
    ],
  ),
  ...each("currency", (value) => with_({ currency: value }), [
    ["a number", 840, "must be a currency such as `usd`"],
    ["empty", "", currency],
    ["a word", "dollars", currency],
    ["unknown", "zzz", currency],
    ["one that Stripe does not take", "cup", currency],
    ["with space around it", " usd", currency],
  ]),
  ...each("customer_email", (customer_email) => with_({ customer_email }), [
    ["a number", 1, "must be a text"],
    ["no address", "jenny", "must be an email address"],
    ["an address in other letters", "\u212aate@example.com", "must be an email address"],
    ["two addresses", "jenny@example.com, rosen@example.com", "must be an email address"],
    ["too long", `${"x".repeat(254)}@example.com`, "must be an email address"],
  ]),
  ...["success_url", "cancel_url"].flatMap((field) =>
    each(field, (value) => with_({ [field]: value }), [
      ["a number", 1, "must be a text"],
      ["half a character", "https://shop.example/\ud83e", "must be a text"],
      ["after a space", " https://shop.example/", noUrl],
      ["with a tab in it", "https://shop.example/a\tb", noUrl],
      ["without its slashes", "https:shop.example", noUrl],
      ["with backslashes", "https:\\\\shop.example", noUrl],
      [
        "with letters that are not encoded",
        "https://shop.example/dank?für=Ada",
        "must have its letters beyond ASCII percent-encoded, a host's as `xn--…`",
      ],
      [
        "with a host that is not encoded",
        "https://bäckerei.example/",
        "must have its letters beyond ASCII percent-encoded, a host's as `xn--…`",
      ],
      ["with a broken code in it", "https://shop.example/100%", noUrl],
      ["with two fragments", "https://shop.example/#a#b", noUrl],
      ["with a bracket in its path", "https://shop.example/<thanks>", noUrl],
      ["with another template", "https://shop.example/?order={ORDER_ID}", noUrl],
      ["with the template in small letters", "https://shop.example/?s={checkout_session_id}", noUrl],
      ["with the template encoded", "https://shop.example/?s=%7BCHECKOUT_SESSION_ID%7D", template],
      [
        "with the template encoded in small letters",
        "https://shop.example/?s=%7bCHECKOUT_SESSION_ID%7d",
        template,
      ],
      ["with nobody's user name", "https://@shop.example/", url],
      ["no URL", "thanks", noUrl],
      ["a path", "/thanks", noUrl],
      ["a script", "javascript:alert(1)", noUrl],
      ["a script in disguise", "java\nscript:alert(1)//https://shop.example", noUrl],
      ["data", "data:text/html,<script>alert(1)</script>", noUrl],
      ["a file", "file:///etc/passwd", noUrl],
      ["of an app", "shop://thanks", noUrl],
      ["unencrypted", "http://shop.example/thanks", url],
      ["unencrypted, of a host that only begins like ours", "http://localhost.shop.example/thanks", url],
      ["unencrypted, of a host that only ends like ours", "http://xconvene.invalid/thanks", url],
      ["with a user name", "https://jenny@shop.example/thanks", url],
      ["with a password", "https://:secret@shop.example/thanks", url],
      ["too long", `https://shop.example/${"x".repeat(4_980)}`, "must have at most 5000 characters"],
    ]),
  ),
  ...each("success_url", (success_url) => with_({ success_url }), [
    ["null", null, "must be a text"],
    ["empty", "", noUrl],
  ]),
];
