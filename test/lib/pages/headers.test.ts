import { afterEach, expect, it, vi } from "vitest";
import { pageHeaders } from "../../../lib/pages/headers.ts";

afterEach(() => vi.unstubAllEnvs());

const policy = (): Record<string, string> =>
  Object.fromEntries(
    (pageHeaders()["content-security-policy"] ?? "").split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources.join(" ")];
    }),
  );

it("allows nothing but our own script and style, and nothing unsafe", () => {
  expect(policy()).toEqual({
    "default-src": "'none'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "style-src": expect.stringMatching(/^'sha256-[A-Za-z0-9+/]{43}='$/),
    "form-action": expect.any(String),
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
  });
  expect(pageHeaders()["content-security-policy"]).not.toMatch(/unsafe|undefined/);
});

it("lets forms lead to us, Stripe's hosts and the simulator, where there is one, and not to the issuer", () => {
  vi.stubEnv("OIDC_ISSUER", "https://issuer.example/pool/1");
  vi.stubEnv("STRIPE_API_BASE", "http://127.0.0.1:12111");
  const everywhere = "'self' https://*.stripe.com";
  expect(policy()["form-action"]).toBe(`${everywhere} http://127.0.0.1:12111`);
  vi.stubEnv("STRIPE_API_BASE", "");
  expect(policy()["form-action"]).toBe(everywhere);
});

it("keeps pages out of caches and frames, and tells other sites nothing of our addresses", () => {
  expect(pageHeaders()).toMatchObject({
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
});

it("keeps browsers to https, and other sites' windows apart, where we are on https, and only there", () => {
  expect(pageHeaders()).not.toHaveProperty("strict-transport-security");
  expect(pageHeaders()).not.toHaveProperty("cross-origin-opener-policy");
  vi.stubEnv("BASE_URL", "https://convene.example");
  expect(pageHeaders()).toMatchObject({
    "strict-transport-security": "max-age=31536000",
    "cross-origin-opener-policy": "same-origin",
  });
});
