import * as v from "valibot";
import { expect, it } from "vitest";
import { ImportOrderRequest } from "../../../lib/orders/import_order_request.ts";

const request = {
  checkout_session: "cs_test_a1",
  product_total: 1_300,
  delivery_amount: 0,
  tax_amount: 999_999_999_999,
};

it("takes amounts of nothing, and of as much as Stripe takes", () => {
  expect(v.parse(ImportOrderRequest, request)).toEqual(request);
});

it.each([{}, { delivery_amount: null, tax_amount: null, placed_at: null }])(
  "needs no delivery, no taxes and no time: %j",
  (left_out) => {
    const { delivery_amount: _, tax_amount: __, ...rest } = request;
    const parsed = v.parse(ImportOrderRequest, { ...rest, ...left_out });
    expect(parsed).toMatchObject({ ...rest, delivery_amount: 0, tax_amount: 0 });
    expect(parsed.placed_at ?? undefined).toBeUndefined();
  },
);

it.each([
  ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000Z"],
  ["2026-11-20T10:00:00.123456Z", "2026-11-20T10:00:00.123Z"],
  ["2026-11-20T10:00:00-08:00", "2026-11-20T18:00:00.000Z"],
])("takes the time %s, and keeps it as %s", (placed_at, kept) => {
  expect(v.parse(ImportOrderRequest, { ...request, placed_at })).toEqual({ ...request, placed_at: kept });
});

it.each(["2026-11-20", "20.11.2026", "", "2026-13-01T00:00:00Z", "2026-11-20T24:61:00Z", 1_795_435_200])(
  "refuses the time %j",
  (placed_at) => {
    expect(v.is(ImportOrderRequest, { ...request, placed_at })).toBe(false);
  },
);
