import { describe, expect, it } from "vitest";
import { newPlatform, simulatorForTests } from "../support.ts";
import { balanceIn, sale } from "./sale.ts";

const url = await simulatorForTests();
const platform = await newPlatform(url);
const { stripe } = platform;

const pay = (payment_method: string, more: object = {}) =>
  stripe.paymentIntents.create({ amount: 2_000, currency: "usd", confirm: true, payment_method, ...more });

describe("a PaymentIntent", () => {
  it("is paid by a test card at once", async () => {
    const intent = await pay("pm_card_mastercard", {
      description: "Bread",
      metadata: { order: "1" },
      transfer_group: "cart_1",
      shipping: { name: "Jo", address: { line1: "1 High Street", country: "US" } },
      expand: ["latest_charge", "payment_method"],
    });
    expect(intent).toMatchObject({
      status: "succeeded",
      amount_received: 2_000,
      description: "Bread",
      payment_method: {
        object: "payment_method",
        type: "card",
        card: { brand: "mastercard", last4: "4444" },
      },
      shipping: { name: "Jo", address: { line1: "1 High Street", city: null } },
      latest_charge: {
        paid: true,
        metadata: { order: "1" },
        transfer_group: "cart_1",
        payment_method_details: { card: { brand: "mastercard", last4: "4444" } },
        shipping: { name: "Jo" },
      },
    });
    const ofIntent = (await stripe.events.list()).data.map(({ type }) => type).toReversed();
    expect(ofIntent).toEqual(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
  });

  it.each([
    ["pm_card_chargeDeclined", { code: "card_declined", decline_code: "generic_decline" }],
    [
      "pm_card_chargeDeclinedInsufficientFunds",
      { code: "card_declined", decline_code: "insufficient_funds" },
    ],
    ["pm_card_chargeDeclinedExpiredCard", { code: "expired_card" }],
  ])("is refused with %s, and can be paid with another card", async (card, error) => {
    const { id } = await stripe.paymentIntents.create({ amount: 2_000, currency: "usd" });
    const confirm = (payment_method: string, idempotencyKey = `${id} ${payment_method}`) =>
      stripe.paymentIntents.confirm(id, { payment_method }, { idempotencyKey });
    const refused = {
      statusCode: 402,
      type: "StripeCardError",
      ...error,
      payment_intent: { id, status: "requires_payment_method" },
    };
    await expect(confirm(card)).rejects.toMatchObject(refused);
    await expect(confirm(card)).rejects.toMatchObject(refused); // the saved answer
    expect(await stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] })).toMatchObject({
      last_payment_error: error,
      latest_charge: { status: "failed", failure_code: error.code },
    });
    expect((await stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
    expect(await confirm("pm_card_visa")).toMatchObject({ status: "succeeded", last_payment_error: null });
    await expect(confirm("pm_card_visa", `${id} again`)).rejects.toMatchObject({
      code: "payment_intent_unexpected_state",
    });
  });

  it("can wait for its confirmation, and be canceled", async () => {
    const made = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: "usd",
      payment_method: "pm_card_visa",
    });
    expect(made).toMatchObject({ status: "requires_confirmation" });
    expect(await stripe.paymentIntents.cancel(made.id, { cancellation_reason: "abandoned" })).toMatchObject({
      status: "canceled",
      cancellation_reason: "abandoned",
    });
    await expect(stripe.paymentIntents.confirm(made.id)).rejects.toMatchObject({ statusCode: 400 });
    expect(await stripe.paymentIntents.update(made.id, { transfer_group: "cart_2" })).toMatchObject({
      transfer_group: "cart_2",
    });
  });

  it("of Checkout is Checkout's", async () => {
    const { intent } = await sale(platform, { actions: ["decline"] });
    for (const change of [
      stripe.paymentIntents.confirm(intent, { payment_method: "pm_card_visa" }),
      stripe.paymentIntents.cancel(intent),
    ])
      await expect(change).rejects.toMatchObject({ message: expect.stringContaining("created by Checkout") });
  });

  it("brings its money at once with the card that bypasses what is pending", async () => {
    const other = await newPlatform(url);
    await other.setFaults({ late_fee: true });
    await other.stripe.paymentIntents.create({
      amount: 1_000,
      currency: "usd",
      confirm: true,
      payment_method: "pm_card_bypassPending",
    });
    expect(balanceIn(await other.stripe.balance.retrieve())).toEqual([0, 941]);
  });

  it.each([
    ["pm_card_createDispute", { status: "needs_response", reason: "fraudulent" }],
    ["pm_card_createDisputeProductNotReceived", { status: "needs_response", reason: "product_not_received" }],
    ["pm_card_createDisputeInquiry", { status: "warning_needs_response" }],
  ])("is disputed with %s", async (card, dispute) => {
    const { id } = await pay(card);
    expect((await stripe.disputes.list({ payment_intent: id })).data).toMatchObject([dispute]);
  });

  it.each([
    ["an unknown card", { payment_method: "pm_card_gold" }, { code: "resource_missing" }],
    ["a card that every object has", { payment_method: "pm_card_toString" }, { code: "resource_missing" }],
    ["later capture", { capture_method: "manual" }, { param: "capture_method" }],
    ["no card", { payment_method: undefined }, { param: "payment_method" }],
    ["no amount", { amount: 0 }, { param: "amount" }],
  ] as const)("is refused for %s, and nothing is left of it", async (_what, more, error) => {
    const count = async () => (await stripe.paymentIntents.list({ limit: 100 })).data.length;
    const before = await count();
    await expect(pay("pm_card_visa", more)).rejects.toMatchObject({ statusCode: 400, ...error });
    expect(await count()).toBe(before);
  });
});

describe("a payment method", () => {
  it("is made of a test token", async () => {
    const method = await stripe.paymentMethods.create({
      type: "card",
      card: { token: "tok_chargeDeclined" },
      billing_details: { email: "jo@example.com", name: "Jo" },
    });
    expect(method).toMatchObject({ card: { last4: "0002" }, billing_details: { email: "jo@example.com" } });
    expect(await stripe.paymentMethods.retrieve(method.id)).toEqual(
      expect.objectContaining({ id: method.id }),
    );
    await expect(pay(method.id)).rejects.toMatchObject({ code: "card_declined" });
    await expect(
      stripe.paymentMethods.create({ type: "card", card: { token: "tok_gold" } }),
    ).rejects.toMatchObject({ param: "card[token]" });
  });

  it("of what a buyer paid with leads somewhere", async () => {
    const { charge } = await sale(platform);
    const { payment_method } = await stripe.charges.retrieve(charge);
    expect(await stripe.paymentMethods.retrieve(String(payment_method))).toMatchObject({
      card: { brand: "visa", last4: "4242" },
    });
  });
});
