import { afterEach, expect, it, vi } from "vitest";
import { assertHttps } from "../../../lib/stripe_account/assert_https.ts";

afterEach(() => vi.unstubAllEnvs());

it.each<[baseUrl: string, livemode: boolean]>([
  ["https://stripe.convene.example", true],
  ["https://stripe.convene.example", false],
  ["http://convene.local:3000", false],
])("lets Stripe lead people back to %s, in live mode: %s", (baseUrl, livemode) => {
  vi.stubEnv("BASE_URL", baseUrl);
  expect(() => assertHttps({ livemode })).not.toThrow();
});

it("refuses an http address in live mode", () => {
  vi.stubEnv("BASE_URL", "http://convene.local:3000");
  expect(() => assertHttps({ livemode: true })).toThrow(
    expect.objectContaining({ status: 409, code: "https_needed" }),
  );
});
