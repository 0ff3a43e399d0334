import { readdirSync, readFileSync, statSync } from "node:fs";
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

it("makes one artifact a function", () => {
  const artifacts = readdirSync(folder).filter((file) => file.endsWith(".zip"));
  expect(artifacts.sort()).toEqual(
    Object.keys(functions)
      .map((name) => `${name}.zip`)
      .sort(),
  );
});

it.each(Object.keys(functions))(
  "makes the same artifact of %s for every stage, and Lambda may read it",
  (name) => {
    const artifact = readFileSync(join(folder, `${name}.zip`));
    expect(artifact.equals(readFileSync(join(inject("withDomain"), `${name}.zip`)))).toBe(true);
    const entry = artifact.indexOf("PK\u0001\u0002");
    expect((artifact.readUInt32LE(entry + 38) >>> 16) & 0o777).toBe(0o644);
  },
);

/** The packages that an artifact brings along, and the files of ours. */
function contentsOf(name: string): { packages: string[]; ours: string[] } {
  const modules = modulesOf(name);
  const packages = modules.flatMap((module) => {
    const [, path] = /.*\/?node_modules\/(.+)$/.exec(module) ?? [];
    return path ? [path.split("/", path.startsWith("@") ? 2 : 1).join("/")] : [];
  });
  const ours = modules.flatMap((module) =>
    module.includes("node_modules/") ? [] : (/(?:lib|functions)\/[\w./]+$/.exec(module)?.[0] ?? []),
  );
  return { packages: [...new Set(packages)].sort(), ours };
}

it("brings to the function that receives events what it needs, and no more", () => {
  const { packages, ours } = contentsOf("receiveStripeEvent");
  const isOfAws = (name: string): boolean => /^@(?:aws-sdk|aws|smithy)\//.test(name);
  // The SDK's two clients; mnemonist and obliterator are its endpoint cache's.
  expect(packages.filter((name) => name.startsWith("@aws-sdk/client-"))).toEqual([
    "@aws-sdk/client-dynamodb",
    "@aws-sdk/client-kms",
  ]);
  expect(packages.filter((name) => !isOfAws(name))).toEqual([
    "@middy/core",
    "jose",
    "mnemonist",
    "obliterator",
    "valibot",
  ]);
  // Neither pages nor Orders nor sessions; of what it shares with others, leaves only.
  const folders = new Set(ours.map((file) => file.split("/").slice(0, -1).join("/")));
  expect([...folders].sort()).toEqual([
    "functions/stripe_events",
    "lib",
    "lib/access",
    "lib/async",
    "lib/dynamodb",
    "lib/http",
    "lib/marketplaces",
    "lib/secrets",
    "lib/stripe_events",
    "lib/stripe_events/payload",
  ]);
  expect(ours).not.toContain("lib/stripe_events/registry.ts");
  // The check can fail: what handles events has the SDK of Stripe.
  expect(contentsOf("dispatchStripeEvents").packages).toContain("stripe");
});

/**
 * In KB, zipped, with source maps (half of it). An artifact that outgrows its budget has got something that
 * somebody should look at; what Lambda loads at a cold start grows with it.
 */
const BUDGETS: Record<string, number> = {
  receiveStripeEvent: 350,
  dispatchStripeEvents: 480,
  retryStripeEvents: 490,
  createCheckout: 450,
  showHealth: 13,
};
const BUDGET_OF_OTHERS = 600;

it.each(Object.keys(functions))("%s stays within its budget", (name) => {
  const kb = statSync(join(folder, `${name}.zip`)).size / 1_000;
  expect(kb).toBeLessThan(BUDGETS[name] ?? BUDGET_OF_OTHERS);
});

it.each(Object.keys(functions))("ships nothing of local/ or test/ in %s", (name) => {
  const modules = modulesOf(name);
  expect(
    modules.some((module) => /(?:^|\/)(?:local|test)\//.test(module.replace(/.*node_modules\//, ""))),
  ).toBe(false);
});
