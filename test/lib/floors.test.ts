import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";

/**
 * The folders of lib, from the ground up: each imports only from those before it. Files directly in lib are the kernel.
 * Three of Stripe's stand on one floor and know each other, because the registry of handlers is the list of subscriptions.
 */
const FLOORS = [
  ["."],
  ["async"],
  ["dynamodb"],
  ["secrets"],
  ["http"],
  ["audit"],
  ["spaces"],
  ["api_keys"],
  ["session"],
  ["members"],
  ["access"],
  ["marketplaces"],
  ["buyers"],
  ["utilities"],
  ["outbox"],
  ["orders"],
  ["ledger"],
  ["reckoning"],
  ["proof"],
  ["money"],
  ["statements"],
  ["mails"],
  ["checkouts"],
  ["overview"],
  ["stripe_events", "stripe_webhook_endpoints", "stripe_account"],
  ["replays"],
  ["search"],
  ["erasure"],
  ["callbacks"],
  ["export"],
  ["recovery"],
  ["doctor"],
  ["self_test"],
  ["pages"],
];

const ROOT = join(import.meta.dirname, "../..");
type Import = { from: string; to: string };

/** Every relative import of the project's code, type-only ones too, by paths from its root. */
const imports: Import[] = globSync("{lib,functions,openapi,local,release,cli}/**/*.ts", {
  cwd: ROOT,
}).flatMap((from) =>
  [...readFileSync(join(ROOT, from), "utf8").matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g)].map(
    ([, specifier = ""]) => ({ from, to: relative(ROOT, join(ROOT, dirname(from), specifier)) }),
  ),
);

const topOf = (file: string): string => file.split("/")[0] ?? "";
const roomOf = (file: string): string => (file.split("/").length > 2 ? (file.split("/")[1] ?? "") : ".");
const floorOf = (file: string): number => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));
const say = ({ from, to }: Import): string => `${from} imports ${to}`;

it("finds the imports at all", () => {
  expect(imports.length).toBeGreaterThan(800);
});

it("knows the floor of each folder of lib", () => {
  expect(imports.filter(({ from }) => topOf(from) === "lib" && floorOf(from) < 0).map(say)).toEqual([]);
});

it("lets no folder of lib import from one above it", () => {
  const climbs = imports.filter(
    ({ from, to }) => topOf(from) === "lib" && topOf(to) === "lib" && floorOf(to) > floorOf(from),
  );
  expect(climbs.map(say)).toEqual([]);
});

it.each([
  ["lib", ["lib"]],
  ["functions", ["lib", "docs"]],
  ["openapi", ["lib", "openapi"]],
  ["cli", ["cli"]],
  ["local", ["lib", "cli", "local"]],
  ["release", ["lib", "cli", "release"]],
])("lets %s import from %j only", (top, allowed) => {
  const strangers = imports.filter(({ from, to }) => topOf(from) === top && !allowed.includes(topOf(to)));
  expect(strangers.map(say)).toEqual([]);
});

it("has no circle of files, of types neither", () => {
  const next = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (path.includes(file) || done.has(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  expect(circles).toEqual([]);
});
