import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { expect, inject, it } from "vitest";
import { parse } from "yaml";

const folder = inject("prod");
const functions: Record<string, unknown> = parse(readFileSync("serverless.yml", "utf8"), {
  logLevel: "silent",
  merge: true,
}).functions;

/** The source files that are in an artifact, by its source map. */
function modulesOf(name: string): string[] {
  const files = unzipSync(readFileSync(join(folder, `${name}.zip`)));
  const map = Object.keys(files).find((file) => file.endsWith(".cjs.map"));
  const { sources } = JSON.parse(Buffer.from(files[map ?? ""] ?? []).toString("utf8"));
  return sources;
}

const has = (modules: string[], part: string): boolean => modules.some((module) => module.includes(part));

it("makes one artifact a function", () => {
  const artifacts = readdirSync(folder).filter((file) => file.endsWith(".zip"));
  expect(artifacts.sort()).toEqual(
    Object.keys(functions)
      .map((name) => `${name}.zip`)
      .sort(),
  );
});

it("puts neither the Stripe SDK nor page code nor Orders into the function that receives events", () => {
  const modules = modulesOf("receiveStripeEvent");
  expect(has(modules, "lib/stripe_events/receive.ts")).toBe(true);
  for (const part of ["node_modules/stripe/", "preact", "lib/pages/", "lib/orders/", "local/"])
    expect([part, has(modules, part)]).toEqual([part, false]);
  // The check can fail: what handles events does have the SDK.
  expect(has(modulesOf("dispatchStripeEvents"), "node_modules/stripe/")).toBe(true);
});

it.each(Object.keys(functions))("ships nothing of local/ or test/ in %s", (name) => {
  const modules = modulesOf(name);
  expect(
    modules.some((module) => /(?:^|\/)(?:local|test)\//.test(module.replace(/.*node_modules\//, ""))),
  ).toBe(false);
});
