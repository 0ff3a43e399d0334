import { expect, it } from "vitest";
import { mask } from "../../../lib/secrets/mask.ts";

it.each([
  ["whsec_5f2a9c0b7d3e4242", "whsec_…4242"],
  ["sk_test_51MzqZ8EkXw4242", "sk_test_…4242"],
  ["sk_live_51MzqZ8EkXw4242", "sk_live_…4242"],
  ["rk_test_51MzqZ8EkXw4242", "rk_test_…4242"],
  ["whsec_abc_5f2a9c0b7d3e4242", "whsec_…4242"],
  ["51MzqZ8EkXwtest_4242", "…4242"],
])("shows of %s its kind and its last four characters: %s", (secret, masked) => {
  expect(mask(secret)).toBe(masked);
});
