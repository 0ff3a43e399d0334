import * as v from "valibot";

/** Stripe takes amounts of up to eight digits (Stripe docs, "Supported currencies: Minimum and maximum charge amounts"). */
export const MAX_AMOUNT = 99_999_999;

const whole = "must be a whole number, in the currency's smallest unit";

/** An amount of money that somebody sends. */
export const Amount = v.pipe(
  v.number(whole),
  v.integer(whole),
  v.minValue(0, "must not be negative"),
  v.maxValue(MAX_AMOUNT, `must be at most ${MAX_AMOUNT}`),
);
