import * as v from "valibot";

/** Fields of answers. Their schemas are for the OpenAPI document and for tests: no answer is parsed on its way out. */
export const IsoTime = v.pipe(v.string(), v.isoTimestamp());

/** s since the epoch, as Stripe has its times. */
export const EpochSeconds = v.pipe(v.number(), v.integer(), v.description("s since the epoch"));

/** Of money, in the currency's smallest unit. */
export const WholeAmount = v.pipe(v.number(), v.integer(), v.minValue(0));

export const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A page of a list that is looked through. */
export const searchedListOf = <Schema extends v.GenericSchema>(row: Schema) =>
  v.object({
    ...listOf(row).entries,
    searched_to: v.pipe(
      v.nullable(IsoTime),
      v.description(
        "How far back was looked, where that was enough for one request and the page is not full: `next` goes on from there. Null where the page is full, or there is no more.",
      ),
    ),
  });

/** A page of a list. */
export const listOf = <Schema extends v.GenericSchema>(row: Schema) =>
  v.object({
    data: v.array(row),
    next: v.pipe(
      v.nullable(v.string()),
      v.description("What to send as `next` for the page after it; null on the last."),
    ),
  });
