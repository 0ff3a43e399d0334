import * as v from "valibot";
import { LARGEST_AMOUNT } from "./stripe_limits.ts";

const whole = "must be a whole number, in the currency's smallest unit";

/** An amount of money that somebody sends. */
export const Amount = v.pipe(
  v.number(whole),
  v.integer(whole),
  v.minValue(0, "must not be negative"),
  v.maxValue(LARGEST_AMOUNT, `must be at most ${LARGEST_AMOUNT}`),
);

/** The same where it may be left out, or be null: nothing, then. */
export const OptionalAmount = v.nullish(Amount, 0);
