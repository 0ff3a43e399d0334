import { describe, expect, it } from "vitest";
import { hashOfApiKey, makeApiKey, spaceOfApiKey } from "../../../lib/api_keys/api_key.ts";
import { apiKeyRow } from "../../../lib/dynamodb/keys.ts";

describe("an API key", () => {
  it.each(["demo", "zinc-coop", "7", "a".repeat(63)])("tells its Space %s", (space) => {
    expect(spaceOfApiKey(makeApiKey(space))).toBe(space);
  });

  it("is never the same twice, and holds 256 random bits", () => {
    const [one, another] = [makeApiKey("demo"), makeApiKey("demo")];
    expect(one).not.toBe(another);
    expect(Buffer.from(one.slice("convene_demo_".length), "base64url")).toHaveLength(32);
  });

  const random = makeApiKey("demo").slice("convene_demo_".length);
  it.each([
    ["nothing", ""],
    ["Stripe's keys", "sk_test_4242"],
    ["no Space", `convene__${random}`],
    ["a Space that is no slug", `convene_Demo#_${random}`],
    ["a Space that is too long", `convene_${"a".repeat(64)}_${random}`],
    ["too few characters", `convene_demo_${random.slice(1)}`],
    ["too many characters", `convene_demo_${random}x`],
    ["anything before it", `x convene_demo_${random}`],
    ["anything after it", `convene_demo_${random}\n`],
  ])("has another shape than %s", (_what, apiKey) => {
    expect(spaceOfApiKey(apiKey)).toBeUndefined();
  });
});

describe("hashOfApiKey", () => {
  it("is the key's hash, and nothing of the key", () => {
    const apiKey = makeApiKey("demo");
    expect(apiKeyRow(hashOfApiKey(apiKey))).toMatch(/^API_KEY#[0-9a-f]{64}$/);
    expect(apiKeyRow(hashOfApiKey(apiKey))).toBe(apiKeyRow(hashOfApiKey(apiKey)));
    expect(apiKeyRow(hashOfApiKey(apiKey))).not.toBe(apiKeyRow(hashOfApiKey(makeApiKey("demo"))));
    expect(apiKeyRow(hashOfApiKey("abc"))).toBe(
      "API_KEY#ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});
