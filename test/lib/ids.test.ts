import { randomUUID } from "node:crypto";
import { ulid } from "ulid";
import { describe, expect, it } from "vitest";
import {
  coversHost,
  isAccountId,
  isCheckoutSessionId,
  isEmail,
  isEventId,
  isHostOrWildcard,
  isSlug,
  isUlid,
  isUuid,
} from "../../lib/ids.ts";

describe("isSlug", () => {
  it.each(["a", "7", "store", "zinc-coop", "a1-b2", "a".repeat(63)])("takes %s", (text) => {
    expect(isSlug(text)).toBe(true);
  });

  it.each([
    "",
    "-store",
    "store-",
    "Store",
    "sto re",
    "sto_re",
    "sto#re",
    "sto/re",
    "störe",
    "store\n",
    "a".repeat(64),
  ])("refuses %j", (text) => {
    expect(isSlug(text)).toBe(false);
  });
});

describe("isUuid", () => {
  it("takes what we mint", () => {
    expect(isUuid(randomUUID())).toBe(true);
  });

  it.each([
    "",
    "first",
    "0B8F5C1E-1111-4222-8333-444455556666",
    "0b8f5c1e11114222833344445555666",
    "0b8f5c1e-1111-4222-8333-44445555666g",
    "0b8f5c1e-1111-4222-8333-444455556666\n",
    " 0b8f5c1e-1111-4222-8333-444455556666",
    "0b8f5c1e-1111-4222-8333-444455556666#x",
  ])("refuses %j", (text) => {
    expect(isUuid(text)).toBe(false);
  });
});

describe("isEventId", () => {
  it.each(["evt_1", "evt_3PqT2eZvKYlo2C", "evt_test-1"])("takes %s", (text) => {
    expect(isEventId(text)).toBe(true);
  });

  it.each(["", "evt_", "cs_1", "evt_1#2", "evt_1\n", `evt_${"1".repeat(201)}`])("refuses %j", (text) => {
    expect(isEventId(text)).toBe(false);
  });
});

describe("isAccountId", () => {
  it.each(["acct_1", "acct_1PqT2eZvKYlo2C", "acct_a_b"])("takes %s", (text) => {
    expect(isAccountId(text)).toBe(true);
  });

  it.each(["", "acct_", "cus_1", "acct_1#2", "acct_1\n", " acct_1", `acct_${"1".repeat(101)}`])(
    "refuses %j",
    (text) => {
      expect(isAccountId(text)).toBe(false);
    },
  );
});

describe("isCheckoutSessionId", () => {
  it.each(["cs_test_1", "cs_live_a1B2c3"])("takes %s", (text) => {
    expect(isCheckoutSessionId(text)).toBe(true);
  });

  it.each([
    "",
    "cs_1",
    "cs_test_",
    "cs_test_1#2",
    "cs_test_1/expire",
    "cs_test_1\n",
    `cs_test_${"1".repeat(201)}`,
  ])("refuses %j", (text) => {
    expect(isCheckoutSessionId(text)).toBe(false);
  });
});

describe("isEmail", () => {
  it.each([
    "jenny@example.com",
    "Jenny.O'Hara+shop@Example.com",
    "o'neil@example.com",
    "_j-n@mail.example-shop.co",
    "!#$%&'*+/=?^_`{|}~-@example.com",
    "a@b.xn--p1ai",
    "jenny@xn--bcher-kva.example",
    `${"j".repeat(64)}@example.com`,
    `j@${`${"e".repeat(61)}.`.repeat(4)}coms`,
  ])("takes %s", (text) => {
    expect(isEmail(text)).toBe(true);
  });

  it.each([
    "",
    "jenny",
    "jenny@",
    "@example.com",
    "jenny@example",
    "jenny@example.com.",
    "jenny@.example.com",
    "jenny@example..com",
    "jenny@-example.com",
    "jenny@example-.com",
    "jenny@127.0.0.1",
    "jenny@[127.0.0.1]",
    ".jenny@example.com",
    "jenny.@example.com",
    "jen..ny@example.com",
    "jen ny@example.com",
    "jenny@example.com\n",
    " jenny@example.com",
    "jenny@shop@example.com",
    '"jenny"@example.com',
    "jenny,dana@example.com",
    "\u212aate@example.com", // K: in lower case, k
    "kate@\u212ansta.example",
    "\u0130da@example.com", // İ: in lower case, i and a dot above
    "\u017fam@example.com", // ſ: in upper case, S
    "ｊenny@example.com", // full width
    "jenny＠example.com",
    "jenny@example。com", // a browser's URL takes it for a dot
    "jenny@bücher.example",
    "jеnny@example.com", // Cyrillic е
    "jenny\u00ad@example.com",
    `${"j".repeat(65)}@example.com`,
    `j@${"e".repeat(64)}.com`,
    `j@${`${"e".repeat(61)}.`.repeat(4)}comss`,
  ])("refuses %j", (text) => {
    expect(isEmail(text)).toBe(false);
  });
});

describe("isUlid", () => {
  it("takes what we mint, until the last of all ULIDs", () => {
    for (const id of [ulid(), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"]) expect(isUlid(id)).toBe(true);
  });

  it.each([
    "",
    "1001",
    randomUUID(),
    "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
    ulid().toLowerCase(),
    `${ulid()}0`,
    ulid().slice(1),
    `${ulid().slice(0, 25)}U`,
    `${ulid()}\n`,
  ])("refuses %j", (text) => {
    expect(isUlid(text)).toBe(false);
  });
});

it.each([
  ["pay.example.com", "pay.example.com", true],
  ["*.example.com", "pay.example.com", true],
  ["*.example.com", "*.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", "a.pay.example.com", false],
  ["example.com", "pay.example.com", false],
])("%s covers the host %s: %s", (name, host, expected) => {
  expect(coversHost(name, host)).toBe(expected);
});

it.each([
  ["shop.example.com", true],
  ["*.example.com", true],
  ["*.com", false],
  ["*", false],
  ["**.example.com", false],
  ["a.*.example.com", false],
  ["*shop.example.com", false],
])("%s names hosts: %s", (text, expected) => {
  expect(isHostOrWildcard(text)).toBe(expected);
});
