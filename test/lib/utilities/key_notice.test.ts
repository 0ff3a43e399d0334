import { expect, it } from "vitest";
import { keyNotice } from "../../../lib/utilities/key_notice.ts";

const utility = { space: "demo", utility: "1", name: "Stripe", version: 0 };
const platform = { account: "acct_2", name: "Zinc Co-op", livemode: false };

it("says whose key it is, and in which mode", () => {
  const text = "The key works: it is of Zinc Co-op (acct_2), in test mode.";
  expect(keyNotice(utility, platform)).toBe(text);
  expect(keyNotice({ ...utility, stripe_platform_account: "acct_2" }, platform)).toBe(text);
  expect(keyNotice(utility, { ...platform, livemode: true })).toContain("live mode");
});

it("warns where the key is of another account than the one before", () => {
  expect(keyNotice({ ...utility, stripe_platform_account: "acct_1" }, platform)).toContain(
    "The key before was of acct_1",
  );
});
