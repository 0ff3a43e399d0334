import Stripe from "stripe";
import { afterEach, expect, it, vi } from "vitest";
import { stripeClient } from "../../lib/stripe_client.ts";
import { stripeThatAnswers } from "../support/stripe.ts";

afterEach(() => vi.unstubAllEnvs());

const list = { object: "list", data: [], has_more: false, url: "/v1/checkout/sessions" };

it("asks the origin it is told, with the key and in the SDK's own API version", async () => {
  await using there = await stripeThatAnswers(200, list);
  vi.stubEnv("STRIPE_API_BASE", there.url);
  await stripeClient("sk_test_1").checkout.sessions.list();
  expect(there.requests).toMatchObject([
    {
      method: "GET",
      url: "/v1/checkout/sessions",
      headers: { authorization: "Bearer sk_test_1", "stripe-version": Stripe.API_VERSION },
    },
  ]);
});

it("asks Stripe itself, encrypted, where it is told no origin", () => {
  vi.stubEnv("STRIPE_API_BASE", undefined);
  const stripe = stripeClient("sk_test_1");
  expect(stripe.getApiField("host")).toBe("api.stripe.com");
  expect(stripe.getApiField("protocol")).toBe("https");
});

it("keeps to https where it is told a https origin", () => {
  vi.stubEnv("STRIPE_API_BASE", "https://stripe.example:8443");
  const stripe = stripeClient("sk_test_1");
  expect(stripe.getApiField("host")).toBe("stripe.example");
  expect(stripe.getApiField("port")).toBe("8443");
  expect(stripe.getApiField("protocol")).toBe("https");
});

it("tries once more where Stripe fails, and the second time with the same idempotency key", async () => {
  await using there = await stripeThatAnswers(500, { error: { type: "api_error", message: "broken" } });
  vi.stubEnv("STRIPE_API_BASE", there.url);
  const creating = stripeClient("sk_test_1").checkout.sessions.create({ mode: "payment" });
  await expect(creating).rejects.toBeInstanceOf(Stripe.errors.StripeAPIError);
  expect(there.requests).toHaveLength(2);
  const [first, second] = there.requests.map(({ headers }) => headers["idempotency-key"]);
  expect(first).toMatch(/./);
  expect(second).toBe(first);
});

it("gives up a try after 8 s, so that two of them fit into API Gateway's 30 s", () => {
  expect(stripeClient("sk_test_1").getApiField("timeout")).toBe(8_000);
});

it("sends Stripe no telemetry of earlier requests", async () => {
  await using there = await stripeThatAnswers(200, list);
  vi.stubEnv("STRIPE_API_BASE", there.url);
  const stripe = stripeClient("sk_test_1");
  await stripe.checkout.sessions.list();
  await stripe.checkout.sessions.list();
  expect(there.requests[1]?.headers).not.toHaveProperty("x-stripe-client-telemetry");
});
