import { afterEach, expect, it, vi } from "vitest";
import { isOwnOrigin } from "../../../lib/http/own_origin.ts";

afterEach(() => vi.unstubAllEnvs());

it.each([
  ["http://convene.local:3000", "http://convene.local:3000"],
  ["https://convene.example/", "https://convene.example"],
  ["https://convene.example:443", "https://convene.example"],
])("knows with BASE_URL %s a form from %s as ours", (baseUrl, origin) => {
  vi.stubEnv("BASE_URL", baseUrl);
  expect(isOwnOrigin(origin)).toBe(true);
});

it.each([
  undefined,
  "",
  "null",
  "http://convene.local",
  "https://convene.local:3000",
  "http://convene.local:3001",
  "http://x.convene.local:3000",
  "http://convene.local:3000.evil.example",
  "http://convene.local:3000/",
  "http://convene.local:3000, http://evil.example",
])("takes a form from %j for foreign", (origin) => {
  vi.stubEnv("BASE_URL", "http://convene.local:3000");
  expect(isOwnOrigin(origin)).toBe(false);
});
