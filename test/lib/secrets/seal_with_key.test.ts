import { randomBytes } from "node:crypto";
import { afterEach, expect, it, vi } from "vitest";
import { openWithKey as open, sealWithKey as seal } from "../../../lib/secrets/seal_with_key.ts";

afterEach(() => vi.unstubAllEnvs());

const place = { space: "demo", row: "UTILITY#1", field: "api_token" };

it("opens what it sealed for the same place", async () => {
  for (const secret of ["sk_test_4242", "", "ü🥖", "x".repeat(10_000)])
    expect(await open(await seal(secret, place), place)).toBe(secret);
});

it("keeps the secret out of what it makes, and never makes the same twice", async () => {
  const [one, another] = [await seal("sk_test_4242", place), await seal("sk_test_4242", place)];
  expect(one).not.toContain(Buffer.from("sk_test_4242").toString("base64url"));
  expect(one).not.toBe(another);
});

it.each([
  ["another Space", { ...place, space: "other" }],
  ["another row", { ...place, row: "UTILITY#2" }],
  ["another field", { ...place, field: "client_id" }],
  ["a place whose parts are cut elsewhere", { ...place, space: 'demo","UTILITY#1', row: "" }],
])("does not open a secret that was moved to %s", async (_where, elsewhere) => {
  await expect(open(await seal("sk_test_4242", place), elsewhere)).rejects.toThrow("another place");
});

it.each([0, 2, 3, 4])("does not open a secret whose part %i was changed", async (part) => {
  const sealed = await seal("sk_test_4242", place);
  const parts = sealed.split(".");
  const [first = "", ...rest] = parts[part] ?? "";
  parts[part] = [first === "A" ? "B" : "A", ...rest].join("");
  await expect(open(parts.join("."), place)).rejects.toThrow();
});

it("does not open a secret that tells its place in a header of its own", async () => {
  const elsewhere = { ...place, space: "other" };
  const [, ...rest] = (await seal("sk_test_4242", place)).split(".");
  const [header] = (await seal("", elsewhere)).split(".");
  await expect(open([header, ...rest].join("."), elsewhere)).rejects.toThrow();
});

it("does not open a secret that another key sealed", async () => {
  const sealed = await seal("sk_test_4242", place);
  vi.stubEnv("SEALING_KEY", randomBytes(32).toString("base64url"));
  await expect(open(sealed, place)).rejects.toThrow();
});

it.each([16, 31, 33])("does not seal with a key of %i bytes", async (bytes) => {
  vi.stubEnv("SEALING_KEY", randomBytes(bytes).toString("base64url"));
  await expect(seal("sk_test_4242", place)).rejects.toThrow();
});
