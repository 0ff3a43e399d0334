import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";
import { makeApiKey } from "../lib/api_keys/api_key.ts";

const SeedMarketplace = v.object({
  room: v.string(),
  marketplace: v.string(),
  name: v.string(),
  stripe_account: v.optional(v.string()),
  webhookSecret: v.string(),
});
const SeedSpace = v.pipe(
  v.object({
    space: v.string(),
    name: v.string(),
    /** Of two scopes: the one manages, the other sells. */
    apiKey: v.string(),
    sellKey: v.optional(v.string()),
    utility: v.string(),
    stripeAccount: v.string(),
    stripeSecretKey: v.string(),
    marketplaces: v.array(SeedMarketplace),
  }),
  // One that was written before there were scopes has one key.
  v.transform(({ sellKey, ...space }) => ({ ...space, sellKey: sellKey ?? makeApiKey(space.space) })),
);
/** Somebody who can sign in at the local issuer. `role` and `space` say what they are let into. */
const SeedPerson = v.object({
  email: v.string(),
  name: v.string(),
  password: v.string(),
  role: v.picklist(["operator", "member", "representative", "nobody"]),
  space: v.nullable(v.string()),
});
const Seed = v.object({ spaces: v.array(SeedSpace), people: v.array(SeedPerson) });
export type SeedPerson = v.InferOutput<typeof SeedPerson>;
export type Seed = v.InferOutput<typeof Seed>;
type SeedMarketplace = v.InferOutput<typeof SeedMarketplace>;
export type SeedSpace = v.InferOutput<typeof SeedSpace>;

/**
 * The demo as the first start wrote it into `file`; or, given the key of a real account in test mode, one Space
 * that is this account's.
 */
export function createDemoSeed(file: string, realKey: string | undefined): Seed {
  if (existsSync(file)) {
    const seed = v.parse(Seed, JSON.parse(readFileSync(file, "utf8")));
    writeDemoSeed(file, seed);
    return seed;
  }
  const spaces = realKey
    ? [{ ...newSpace("demo", "Demo Space", [newMarketplace("Corner Bakery")]), stripeSecretKey: realKey }]
    : [
        newSpace("demo", "Demo Space", [
          newMarketplace("Corner Bakery", true),
          newMarketplace("Flower Cart"),
        ]),
        newSpace("other", "Other Space", [newMarketplace("Other Vendor", true)]),
      ];
  const people = [
    newPerson("olivia", "operator", null),
    newPerson("dana", "member", "demo"),
    newPerson("vera", "representative", "demo"),
    ...(realKey ? [] : [newPerson("otto", "member", "other")]),
    newPerson("nora", "nobody", null),
  ];
  const seed = { spaces, people };
  writeDemoSeed(file, seed);
  return seed;
}

export function writeDemoSeed(file: string, seed: Seed): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(seed, null, 2), { mode: 0o600 });
}

export const newPerson = (name: string, role: SeedPerson["role"], space: string | null): SeedPerson => ({
  email: `${name}@convene.example`,
  name: `${name[0]?.toUpperCase()}${name.slice(1)}`,
  password: `${name}-${token(4)}`,
  role,
  space,
});

export const newSpace = (space: string, name: string, marketplaces: SeedMarketplace[]): SeedSpace => ({
  space,
  name,
  apiKey: makeApiKey(space),
  sellKey: makeApiKey(space),
  utility: randomUUID(),
  stripeAccount: `acct_${token(8)}`,
  stripeSecretKey: `sk_test_${token(24)}`,
  marketplaces,
});

export const newMarketplace = (name: string, connected = false): SeedMarketplace => ({
  room: "store",
  marketplace: randomUUID(),
  name,
  ...(connected && { stripe_account: `acct_${token(8)}` }),
  webhookSecret: `whsec_${token(16)}`,
});

const token = (bytes: number): string => randomBytes(bytes).toString("hex");
