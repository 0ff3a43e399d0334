import { describe, expect, it } from "vitest";
import { newPlatform, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const { stripe, raw } = await newPlatform(url);

const aPrice = async (unit_amount: number) => {
  const product = await stripe.products.create({ name: "Bread", description: "Rye" });
  return stripe.prices.create({ product: product.id, unit_amount, currency: "usd" });
};

describe("products and prices", () => {
  it("are made, changed, listed and told", async () => {
    const price = await aPrice(1_500);
    const product = String(price.product);
    expect(price).toMatchObject({ active: true, type: "one_time", unit_amount: 1_500, currency: "usd" });
    expect(await stripe.products.update(product, { name: "Loaf", active: false })).toMatchObject({
      name: "Loaf",
      active: false,
      description: "Rye",
    });
    expect((await stripe.products.list({ active: false })).data).toMatchObject([{ id: product }]);
    expect((await stripe.products.list({ active: true })).data).toEqual([]);
    expect((await stripe.prices.list({ product })).data).toMatchObject([{ id: price.id }]);
    expect(await stripe.prices.retrieve(price.id, { expand: ["product"] })).toMatchObject({
      product: { name: "Loaf" },
    });
    const types = (await stripe.events.list()).data.map(({ type }) => type);
    expect(types).toEqual(["product.updated", "price.created", "product.created"]);
    expect(
      await stripe.prices.create({ currency: "usd", unit_amount: 1, product_data: { name: "Roll" } }),
    ).toHaveProperty("product");
    await expect(
      stripe.prices.create({ currency: "usd", unit_amount: 1, product: "prod_x" }),
    ).rejects.toMatchObject({ code: "resource_missing" });
    await expect(stripe.prices.create({ currency: "usd", unit_amount: 1 })).rejects.toMatchObject({
      param: "product",
    });
  });

  it("of a session's own lines lead somewhere, and are inactive", async () => {
    const { line_items } = await stripe.checkout.sessions.create(sessionParams({ expand: ["line_items"] }));
    const price = line_items?.data[0]?.price;
    expect(await stripe.prices.retrieve(price?.id ?? "")).toMatchObject({
      active: false,
      unit_amount: 1_500,
    });
    expect(await stripe.products.retrieve(String(price?.product))).toMatchObject({
      name: "Tea",
      active: false,
    });
  });

  it("are what a session sells", async () => {
    const price = await aPrice(1_500);
    const session = await stripe.checkout.sessions.create(
      sessionParams({ line_items: [{ price: price.id, quantity: 2 }], expand: ["line_items"] }),
    );
    expect(session).toMatchObject({
      amount_total: 3_000,
      line_items: { data: [{ description: "Bread", quantity: 2, price: { id: price.id } }] },
    });
  });

  it.each([
    ["an unknown price", { "line_items[0][price]": "price_x" }, { code: "resource_missing" }],
    ["neither price nor price data", {}, { code: "parameter_missing", param: "line_items[0][price_data]" }],
  ])("are refused in a session for %s", async (_what, line, error) => {
    const form = new URLSearchParams({
      mode: "payment",
      success_url: "http://a.example",
      "line_items[0][quantity]": "1",
      ...line,
    });
    expect(await raw("POST", "/v1/checkout/sessions", String(form))).toMatchObject({
      status: 400,
      body: { error },
    });
  });
});

describe("the payment page's own API", () => {
  const confirm = async (token: string, expected_amount = 3_000) => {
    const session = await stripe.checkout.sessions.create(sessionParams());
    const { id } = await stripe.paymentMethods.create({
      type: "card",
      card: { token },
      billing_details: { email: "jo@example.com" },
    });
    const path = `/v1/payment_pages/${session.id}`;
    expect(await raw("GET", path)).toMatchObject({ status: 200 });
    const form = `payment_method=${id}&expected_amount=${expected_amount}`;
    return { session: session.id, ...(await raw("POST", `${path}/confirm`, form)) };
  };

  it("pays as a buyer does", async () => {
    const { session, status } = await confirm("tok_visa");
    expect(status).toBe(200);
    expect(await stripe.checkout.sessions.retrieve(session)).toMatchObject({
      payment_status: "paid",
      customer_details: { email: "jo@example.com" },
    });
  });

  it("is declined as a buyer is, and knows the amount", async () => {
    const { session, ...declined } = await confirm("tok_chargeDeclinedInsufficientFunds");
    expect(declined).toMatchObject({ status: 402, body: { error: { decline_code: "insufficient_funds" } } });
    expect(await stripe.checkout.sessions.retrieve(session, { expand: ["payment_intent"] })).toMatchObject({
      status: "open",
      payment_intent: { last_payment_error: { decline_code: "insufficient_funds" } },
    });
    expect(await confirm("tok_visa", 1)).toMatchObject({ status: 400 });
  });
});
