import * as v from "valibot";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CheckoutRequest, totalsOf } from "../../../lib/checkouts/checkout_request.ts";
import { listOrders } from "../../../lib/orders/list_orders.ts";
import { badCheckouts } from "../../support/bad_checkouts.ts";
import { aCheckout, checkOut } from "../../support/checkouts.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { sessionRequests } from "../../support/stripe.ts";

afterEach(() => vi.unstubAllEnvs());

describe("a checkout that is none", () => {
  let space: TestSpace;
  beforeAll(async () => {
    space = await aSpace();
  });

  it.each(badCheckouts)("is refused where %s; the answer names %s", async (_what, field, body, message) => {
    const answer = await checkOut(space, { body });
    expect(answer).toEqual({
      status: 400,
      body: { error: { code: "invalid_field", message: expect.any(String) } },
    });
    const said: string = answer.body.error.message;
    expect(said.slice(0, said.indexOf(": "))).toBe(field);
    if (message) expect(said).toBe(`${field}: ${message}`);
  });

  it("leaves no Order and no Checkout Session behind, whatever was wrong", async () => {
    for (const { marketplace } of space.marketplaces)
      expect(await listOrders(marketplace, { limit: 1, next: undefined })).toEqual({ data: [], next: null });
    expect(await sessionRequests(space)).toBe(0);
  });
});

describe("CheckoutRequest", () => {
  it("has no delivery and no taxes unless told", () => {
    const { delivery_amount: _, tax_amount: __, ...rest } = aCheckout();
    expect(v.parse(CheckoutRequest, rest)).toEqual({ ...rest, delivery_amount: 0, tax_amount: 0 });
  });

  it.each([null, undefined, "", " "])("takes %j for nothing where a field may be left out", (nothing) => {
    const [first] = aCheckout().line_items;
    const amount = typeof nothing === "string" ? undefined : nothing;
    const request = {
      ...aCheckout(),
      line_items: [{ ...first, note: nothing }],
      delivery_amount: amount,
      tax_amount: amount,
      customer_email: nothing,
      cancel_url: nothing,
    };
    const { line_items, currency, success_url } = v.parse(CheckoutRequest, request);
    expect(JSON.parse(JSON.stringify(v.parse(CheckoutRequest, request)))).toEqual({
      line_items: [first],
      delivery_amount: 0,
      tax_amount: 0,
      currency,
      success_url,
    });
    expect(line_items).toHaveLength(1);
  });

  it("takes a currency in capitals, as Convene sends it", () => {
    expect(v.parse(CheckoutRequest, aCheckout({ currency: "USD" }))).toMatchObject({ currency: "usd" });
  });

  it("takes the space from around names and addresses", () => {
    const [line = { name: "", unit_amount: 1, quantity: 1 }] = aCheckout().line_items;
    const request = aCheckout({
      line_items: [{ ...line, name: " Rye loaf\n" }],
      customer_email: " Jenny.O'Hara@example.com ",
    });
    expect(v.parse(CheckoutRequest, request)).toMatchObject({
      line_items: [{ name: "Rye loaf" }],
      customer_email: "Jenny.O'Hara@example.com",
    });
  });

  const line = { name: "x".repeat(250), unit_amount: 1, quantity: 1 };
  it.each([
    ["100 lines", { line_items: Array(100).fill(line), delivery_amount: 0, tax_amount: 0 }],
    ["98 lines, delivery and taxes", { line_items: Array(98).fill(line) }],
    ["the most that a card pays", { line_items: [{ ...line, unit_amount: 999_999_999_149 }] }],
    ["the largest quantity", { line_items: [{ ...line, quantity: 999_999 }] }],
    ["a currency without decimals", { currency: "jpy" }],
    ["a free line among others", { line_items: [line, { ...line, unit_amount: 0 }], tax_amount: 50 }],
    [
      "the least that is paid",
      { line_items: [{ ...line, unit_amount: 50 }], delivery_amount: 0, tax_amount: 0 },
    ],
    ["what costs nothing", { line_items: [{ ...line, unit_amount: 0 }], delivery_amount: 0, tax_amount: 0 }],
    ["whole crowns", { currency: "isk", tax_amount: 300, line_items: [{ ...line, unit_amount: 100 }] }],
    ["half a forint", { currency: "huf", line_items: [{ ...line, unit_amount: 17_550 }] }],
    ["thousandths that end with a zero", { currency: "kwd", line_items: [{ ...line, unit_amount: 5_120 }] }],
    ["an address with an apostrophe", { customer_email: "jenny.o'hara@example.com" }],
  ])("takes %s", (_what, changes) => {
    expect(v.is(CheckoutRequest, aCheckout(changes))).toBe(true);
  });

  it.each([
    "https://shop.example",
    "https://shop.example:8443/thanks?session={CHECKOUT_SESSION_ID}#top",
    "https://shop.example/d%C3%A4nk/{CHECKOUT_SESSION_ID}?lines[]=1&a='b'",
    `https://shop.example/${"x".repeat(4_979)}`,
    "http://localhost:5173/thanks",
    "http://127.0.0.1/thanks",
    "http://[::1]:5173/thanks",
    "http://convene.invalid:3000/thanks",
  ])("takes the URL %s as it is", (success_url) => {
    expect(v.parse(CheckoutRequest, aCheckout({ success_url }))).toMatchObject({ success_url });
  });

  it("takes the unencrypted URLs of the host we run on, and of no other", () => {
    const request = aCheckout({ success_url: "http://bakery.test/thanks" });
    expect(v.is(CheckoutRequest, request)).toBe(false);
    vi.stubEnv("BASE_URL", "http://bakery.test:3000");
    expect(v.is(CheckoutRequest, request)).toBe(true);
  });
});

describe("totalsOf", () => {
  it("adds up products by their quantity, then delivery and taxes", () => {
    const request = v.parse(CheckoutRequest, aCheckout());
    expect(totalsOf(request)).toEqual({ product_total: 5_000, amount_total: 5_850 });
  });
});

describe("on a deployment with https", () => {
  it.each(["http://convene.example/thanks", "http://localhost/thanks", "http://127.0.0.1/thanks"])(
    "no buyer is sent to %s",
    (success_url) => {
      vi.stubEnv("BASE_URL", "https://convene.example");
      expect(v.is(CheckoutRequest, aCheckout({ success_url }))).toBe(false);
      expect(v.is(CheckoutRequest, aCheckout({ success_url: "https://convene.example/thanks" }))).toBe(true);
    },
  );
});
