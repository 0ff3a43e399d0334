import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

/** The rooms of the simulator, from the ground up: each one imports only from those above it in this list. */
const ROOMS = [
  "core", // values and ids, Stripe's kinds of objects
  "state", // the SQLite store and what it keeps that is not one of Stripe's objects: accounts, keys, connections, faults
  "api", // what surrounds every API request: authentication, parameters, errors, idempotency, lists, expansion
  "webhooks", // endpoints, `stripe listen`, deliveries and their retries
  "events", // emitting and listing events
  "payments", // money, a file per resource: transfers, refunds, disputes, balance and payouts go here
  "checkout", // Checkout Sessions
  "oauth", // client ids, codes, tokens
  "accounts", // creating, changing and onboarding accounts
  "pages", // what people see
];

const ROOT = join(import.meta.dirname, "../../../local/stripe_simulator");

const filesIn = (room: string) => readdirSync(join(ROOT, room)).map((file) => join(ROOT, room, file));

function importedBy(file: string): string[] {
  const paths = [...readFileSync(file, "utf8").matchAll(/ from "(\.[^"]+)"/g)].map(([, path = ""]) => path);
  return paths.map((path) => relative(ROOT, join(dirname(file), path)).split(sep)[0] ?? "");
}

describe("the rooms", () => {
  it("are all the folders there are", () => {
    const entries = readdirSync(ROOT, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.sort()).toEqual(ROOMS.toSorted());
  });

  it.each(ROOMS)("%s imports only from the rooms before it, and nothing from the top", (room) => {
    const allowed = [...ROOMS.slice(0, ROOMS.indexOf(room) + 1), ".."];
    const imports = filesIn(room).flatMap(importedBy);
    expect(imports.filter((imported) => !allowed.includes(imported))).toEqual([]);
  });
});
