import { afterEach, expect, it, vi } from "vitest";
import { isReachable } from "../../../lib/stripe_webhook_endpoints/reachable.ts";

afterEach(() => vi.unstubAllEnvs());

it.each([
  ["https://shop.convene.app", true],
  ["https://abc123.execute-api.eu-central-1.amazonaws.com", true],
  ["https://shop.convene.app:8443/", true],
  ["http://shop.convene.app", false],
  ["http://convene.local:3000", false],
  ["https://convene.local", false],
  ["https://localhost", false],
  ["https://app.localhost", false],
  ["https://convene.test", false],
  ["https://192.168.1.4", false],
  ["https://8.8.8.8", false],
  ["https://[2001:db8::1]", false],
  ["https://intranet", false],
])("%s is reached by Stripe: %s", (url, reached) => {
  vi.stubEnv("BASE_URL", url);
  vi.stubEnv("STRIPE_API_BASE", "");
  expect(isReachable()).toBe(reached);
});

it("is reached by the simulator wherever it is", () => {
  vi.stubEnv("BASE_URL", "http://localhost:3000");
  expect(isReachable()).toBe(true);
});
