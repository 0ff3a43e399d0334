import { expect, it } from "vitest";
import { covers } from "../../release/certificates.ts";

it.each([
  ["pay.example.com", "pay.example.com", true],
  ["*.example.com", "pay.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", "a.pay.example.com", false],
  ["example.com", "pay.example.com", false],
])("a certificate of %s covers %s: %s", (name, host, expected) => {
  expect(covers(name, host)).toBe(expected);
});
