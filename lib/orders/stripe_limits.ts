/**
 * What Stripe takes, on one page: checkouts are checked by it, pages count decimals by it, and the simulator refuses by it.
 * Currencies are from Stripe's docs, "Supported currencies"; the rest has its source beside it. Read in November 2026.
 */

export type CurrencyLimits = {
  /** How many digits of an amount stand after the point. Stripe's count, which is not always Intl's: HUF, ISK and UGX have two. */
  decimals: 0 | 2 | 3;
  /** What each amount is a multiple of: ISK and UGX come as whole ones, three decimals with a zero at the end. */
  step: 1 | 10 | 100;
  /** The least that is paid at once; nothing at all can be paid, too ("No-cost orders"). */
  smallest: number;
  /** The most that is paid by other means than a card, in the currency's smallest unit. */
  largestWithoutCard: number;
};

/** The most that is paid by card: twelve digits. The networks may take less, which Stripe says when it is asked. */
export const LARGEST_AMOUNT = 999_999_999_999;

/** "Create a Checkout Session" and its schema in Stripe's OpenAPI specification. */
export const CHECKOUT_LIMITS = {
  /** In `payment` mode. */
  lines: 100,
  /** Of a line (`adjustable_quantity.maximum`). */
  quantity: 999_999,
  /** Characters of a product's name. */
  name: 5_000,
  /** Characters of `success_url` and `cancel_url`. */
  url: 5_000,
  /** Characters of `customer_email`. */
  email: 800,
  /** Characters of `client_reference_id`. */
  reference: 200,
  /** "Metadata": how many keys, and the characters of a key and of its value. */
  metadata: { keys: 50, key: 40, value: 500 },
};

/** Where it stands in a `success_url`, the session's id takes its place ("Customize redirect behavior"). */
export const SESSION_ID_TEMPLATE = "{CHECKOUT_SESSION_ID}";

const list = (codes: string): string[] => codes.trim().split(/\s+/);

const PRESENTMENT = list(`
  usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny
  cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod
  jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio
  nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd
  top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw`);

/** UGX stands in Stripe's list, too; by its special case it has two. */
const ZERO_DECIMAL = new Set(list("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"));
const THREE_DECIMAL = new Set(list("bhd jod kwd omr tnd"));
const WHOLE_ONES = new Set(["isk", "ugx"]);

/**
 * Of a currency that is not here, Stripe's smallest amount is what comes to that of the currency in which the account is
 * paid out, which only Stripe can tell.
 */
const SMALLEST: Record<string, number> = {
  ...Object.fromEntries(
    list("usd ars aud brl cad chf cop eur idr ils inr jpy krw nzd php rub sgd zar").map((code) => [code, 50]),
  ),
  aed: 200,
  czk: 1_500,
  dkk: 250,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  mxn: 1_000,
  myr: 200,
  nok: 300,
  pln: 200,
  ron: 200,
  sek: 300,
  thb: 1_000,
};

const LARGEST_WITHOUT_CARD: Record<string, number> = {
  idr: 999_999_999_999,
  cop: 9_999_999_999,
  inr: 999_999_999,
};

function limitsOf(code: string): CurrencyLimits {
  const decimals = ZERO_DECIMAL.has(code) ? 0 : THREE_DECIMAL.has(code) ? 3 : 2;
  const step = WHOLE_ONES.has(code) ? 100 : decimals === 3 ? 10 : 1;
  return {
    decimals,
    step,
    smallest: SMALLEST[code] ?? step,
    largestWithoutCard: LARGEST_WITHOUT_CARD[code] ?? 99_999_999,
  };
}

/** By their codes, in lower case. */
export const CURRENCIES: ReadonlyMap<string, CurrencyLimits> = new Map(
  PRESENTMENT.map((code) => [code, limitsOf(code)]),
);

/** What stands in a URL as it is (RFC 3986). Lists in a query are often written with their brackets, and taken. */
const PLAIN = "[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}";
const WEB_URL = new RegExp(
  `^https?://(?:${PLAIN}|[[\\]])+(?:/(?:${PLAIN}|/)*)?(?:\\?(?:${PLAIN}|[/?[\\]])*)?(?:#(?:${PLAIN}|[/?])*)?$`,
  "i",
);

/** Why Stripe refuses a URL to send a buyer to; undefined where it takes it. */
export function urlTrouble(text: string): "too_long" | "not_ascii" | "not_a_url" | undefined {
  if (text.length > CHECKOUT_LIMITS.url) return "too_long";
  if (/\P{ASCII}/u.test(text)) return "not_ascii";
  const filledIn = text.replaceAll(SESSION_ID_TEMPLATE, "cs_test_1");
  return WEB_URL.test(filledIn) && URL.canParse(filledIn) ? undefined : "not_a_url";
}
