import { expect, it, vi } from "vitest";
import { callbackUrlTrouble } from "../../../lib/callbacks/callback_url.ts";

const onAws = (): void => {
  vi.stubEnv("BASE_URL", "https://stripe.convene.example");
  vi.stubEnv("API_URL", "https://abc123.execute-api.eu-central-1.amazonaws.com");
  vi.stubEnv("BRANDED_DOMAINS", "shop.convene.example,*.shops.example");
};

it.each([
  "https://shop.example/callbacks",
  "https://shop.example:443/",
  "https://Shop.Example/a?token=b",
  "https://xn--bcher-kva.example/",
])("takes %s", (url) => {
  onAws();
  expect(callbackUrlTrouble(url)).toBeUndefined();
});

it.each([
  ["shop.example/callbacks", /must be a URL/],
  ["http://shop.example/", /must begin with `https:/],
  ["ftp://shop.example/", /must begin with `https:/],
  ["javascript:alert(1)", /must begin with `https:/],
  ["https://shop.example:8443/", /port 443/],
  ["https://olivia:secret@shop.example/", /no user name/],
  ["https://shop.example/#top", /no `#`/],
  ["https://shop.example/sk_test_51MzqZ8EkXw4242", /secret key/],
  [`https://shop.example/${"a".repeat(1_000)}`, /at most 1000 characters/],
  // By number, however it is written.
  ["https://127.0.0.1/", /must name a host/],
  ["https://2130706433/", /must name a host/],
  ["https://0x7f.1/", /must name a host/],
  ["https://169.254.169.254/latest/meta-data", /must name a host/],
  ["https://8.8.8.8/", /must name a host/],
  ["https://[::1]/", /must name a host/],
  ["https://[::ffff:127.0.0.1]/", /must name a host/],
  ["https://localhost/", /must name a host/],
  ["http://localhost:9001/", /must begin with `https:/],
  ["https://shop.example./", /must name a host/],
  // We would call ourselves.
  ["https://stripe.convene.example/", /this service itself/],
  ["https://STRIPE.convene.example/", /this service itself/],
  ["https://shop.convene.example/", /this service itself/],
  ["https://one.shops.example/", /this service itself/],
  ["https://abc123.execute-api.eu-central-1.amazonaws.com/", /this service itself/],
])("refuses %s", (url, why) => {
  onAws();
  expect(callbackUrlTrouble(url)).toMatch(why);
});

it("takes localhost, by whichever port, on a laptop alone", () => {
  vi.stubEnv("BASE_URL", "http://convene.local:3000");
  vi.stubEnv("API_URL", "http://convene.local:3000");
  expect(callbackUrlTrouble("http://localhost:9001/callbacks")).toBeUndefined();
  expect(callbackUrlTrouble("https://localhost:9001/callbacks")).toBeUndefined();
  expect(callbackUrlTrouble("http://127.0.0.1:9001/")).toMatch(/must begin with `https:/);
  expect(callbackUrlTrouble("ftp://localhost/")).toMatch(/must begin with `https:/);
});
