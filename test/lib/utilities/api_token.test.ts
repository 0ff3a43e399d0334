import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ApiToken, isLive } from "../../../lib/utilities/api_token.ts";

const body = randomBytes(24).toString("hex");
const troubleWith = (pasted: unknown) => v.safeParse(ApiToken, pasted).issues?.map(({ message }) => message);

describe("a key", () => {
  it.each([`sk_test_${body}`, `sk_live_${body}`, `rk_test_${body}`, `rk_live_${body}`])(
    "%s is taken",
    (key) => {
      expect(v.parse(ApiToken, key)).toBe(key);
    },
  );

  it.each([
    ["spaces", "  ", " "],
    ["line breaks", "\n", "\r\n"],
    ["a tab", "\t", ""],
    ["a byte order mark", "\uFEFF", ""],
  ])("is taken without %s around it", (_what, before, after) => {
    expect(v.parse(ApiToken, `${before}sk_test_${body}${after}`)).toBe(`sk_test_${body}`);
  });

  it.each(["", "   ", "\n"])("%j is none: the one that is saved stays", (nothing) => {
    expect(v.parse(ApiToken, nothing)).toBe("");
  });
});

const SHORT = "This is only the beginning of a key. Copy the whole key.";
const LONG = "This is more than a key. Copy the key alone.";
const AS_SHOWN = "This is how it is shown, with its middle left out. Copy the whole of it.";
const SPACES = "There are spaces in it. Copy it alone.";

describe("what is no key is named as what it is", () => {
  it.each([
    ["a wrong thing among spaces", `  pk_test_${body}\n`, expect.stringContaining("publishable key.")],
    ["a key as Stripe's dashboard shows it", "sk_test_...4242", AS_SHOWN],
    ["a key with bullets", `sk_live_${"•".repeat(20)}4242`, AS_SHOWN],
    ["a key as Stripe's errors show it", `sk_test_${"*".repeat(20)}4242`, AS_SHOWN],
    ["a key as we show it", "rk_live_…4242", AS_SHOWN],
    ["a space inside", `sk_test_${body} ${body}`, SPACES],
    ["a line break inside", `sk_test_${body}\n${body}`, SPACES],
    ["a space that nobody sees", `sk_test_${body}\u200B`, SPACES],
    ["too short a key", "sk_test_123456789ab", SHORT],
    ["a beginning alone", "sk_live_", SHORT],
    ["too long a key", `sk_test_${"a".repeat(241)}`, LONG],
    ["a comma after the key", `sk_test_${body},`, LONG],
    ["letters that no key has", `sk_test_${"ß".repeat(20)}`, LONG],
    ["no text", 42, "must be a text"],
    ["half a character", "sk_test_\uD800", "must be a text"],
  ])("%s", (_what, pasted, message) => {
    expect(troubleWith(pasted)).toEqual([message]);
  });

  it("without repeating it, since it may be a secret", () => {
    for (const pasted of [
      `whsec_${body}`,
      `pk_test_${body}`,
      `xoxb-${body}`,
      `sk_test_${body},`,
      `x ${body}`,
    ])
      expect(troubleWith(pasted)?.join()).not.toContain(body);
  });
});

it("the shortest and the longest key are taken", () => {
  for (const length of [12, 240]) expect(v.is(ApiToken, `sk_test_${"a".repeat(length)}`)).toBe(true);
});

it.each([
  ["sk_test_", false],
  ["rk_test_", false],
  ["sk_live_", true],
  ["rk_live_", true],
])("tells by %s… that live is %s, masked or not", (prefix, live) => {
  expect(isLive(`${prefix}${body}`)).toBe(live);
  expect(isLive(`${prefix}…4242`)).toBe(live);
});
