import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSlug, isUuid } from "../../lib/ids.ts";

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
