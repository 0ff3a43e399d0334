import { describe, expect, it } from "vitest";
import { json } from "../../lib/http/api.ts";
import { documented } from "../support/openapi.ts";
import { aRequest } from "../support/requests.ts";

const refusal = (code: string) => ({ error: { code, message: "No." } });
const CHECKOUT = { order: "01", checkout_session: "cs_test_1", status: "open", url: null };
const SENT = {
  line_items: [{ name: "Bread", unit_amount: 650, quantity: 1, note: null }],
  currency: "usd",
  success_url: "https://shop.example/thanks",
};

/** What becomes of the function `name`, in a test, where it answers so to what was sent. */
const ask = (name: string, status: number, body: unknown, sent: object = SENT) =>
  documented(name, async () => json(status, body))(aRequest({ method: "POST", body: JSON.stringify(sent) }));

describe("what a function answers in a test", () => {
  it.each([
    ["createCheckout", 201, CHECKOUT],
    ["createCheckout", 409, refusal("not_connected")],
    ["createCheckout", 400, refusal("amount_too_small")], // Stripe's own
    ["showHealth", 200, { status: "ok" }],
    ["newSession", 200, { not: "for programs" }],
  ])("may be of %s: %i %j", async (name, status, body) => {
    expect((await ask(name, status, body)).statusCode).toBe(status);
  });

  it.each([
    ["a field that is not in the document", "createCheckout", 201, { ...CHECKOUT, colour: "red" }],
    ["a field too few", "createCheckout", 201, { ...CHECKOUT, url: undefined }],
    ["a field of another type", "createCheckout", 201, { ...CHECKOUT, order: 1 }],
    ["a word that is not among those of the field", "createCheckout", 201, { ...CHECKOUT, status: "payed" }],
    ["a status that is not in the document", "createCheckout", 202, CHECKOUT],
    ["an error of another route", "createCheckout", 409, refusal("space_exists")],
    ["an error of another status", "createCheckout", 401, refusal("not_connected")],
    ["an error with more than code and message", "showHealth", 500, { ...refusal("internal_error"), at: 1 }],
    ["a field below", "listOrders", 200, { data: [{ id: "01" }], next: null }],
  ])("may not have %s", async (_what, name, status, body) => {
    await expect(ask(name, status, body)).rejects.toThrow("docs/openapi.json");
  });
});

it("holds what was accepted against the document, too, and what was refused not", async () => {
  const sent = { ...SENT, colour: "red" };
  await expect(ask("createCheckout", 201, CHECKOUT, sent)).rejects.toThrow("What createCheckout accepted");
  await expect(ask("createCheckout", 400, refusal("invalid_field"), sent)).resolves.toBeDefined();
});
