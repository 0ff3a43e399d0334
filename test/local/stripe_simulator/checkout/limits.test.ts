import { describe, expect, it } from "vitest";
import { CURRENCIES, LARGEST_AMOUNT } from "../../../../lib/orders/stripe_limits.ts";
import { line, newPlatform, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const { stripe, act } = await newPlatform(url);

const create = (currency: string, unit_amount: number) =>
  stripe.checkout.sessions.create(sessionParams({ line_items: [line({ currency, unit_amount })] }));

/** What a currency does not take, and the error that says so. */
const refused = [...CURRENCIES].flatMap(([currency, { step, smallest }]) => [
  { currency, amount: LARGEST_AMOUNT + 1, code: "amount_too_large" },
  ...(smallest > step ? [{ currency, amount: smallest - step, code: "amount_too_small" }] : []),
  ...(step > 1 ? [{ currency, amount: smallest + 1, code: undefined }] : []),
]);

describe("a Checkout Session, by the table that checkouts are checked by,", () => {
  it("takes the least of each currency, and nothing at all", async () => {
    for (const [currency, { smallest }] of CURRENCIES)
      for (const amount of [smallest, 0])
        expect(await create(currency, amount)).toMatchObject({ currency, amount_total: amount });
  });

  it("refuses what is too much, too little or a fraction in each currency", async () => {
    for (const { currency, amount, code } of refused)
      await expect(create(currency, amount), `${amount} ${currency}`).rejects.toMatchObject({
        statusCode: 400,
        rawType: "invalid_request_error",
        code,
      });
  });

  it.each([
    ["usd", 99_999_999, ["card", "us_bank_account"]],
    ["usd", 100_000_000, ["card"]],
    ["usd", LARGEST_AMOUNT, ["card"]],
    ["inr", 999_999_999, ["card", "us_bank_account"]],
    ["inr", 1_000_000_000, ["card"]],
  ])("of %s %i offers what takes so much", async (currency, amount, methods) => {
    expect(await create(currency, amount)).toMatchObject({ payment_method_types: methods });
  });
});

it("completes without a payment where there is nothing to pay", async () => {
  const { id } = await create("usd", 0);
  expect(await act(id, "decline")).toMatchObject({ status: 400 });
  await act(id, "pay");
  expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({
    status: "complete",
    payment_status: "no_payment_required",
    payment_intent: null,
  });
});
