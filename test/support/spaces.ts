import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { mintMarketplace, mintSpace, type SeedSpace } from "../../local/minted.ts";
import { seedSpace } from "../../local/seed.ts";

export type TestSpace = SeedSpace & {
  first: SeedSpace["marketplaces"][number];
  second: SeedSpace["marketplaces"][number];
};

/** A new Space with two Marketplaces and a platform account of its own at the simulator. */
export async function aSpace(): Promise<TestSpace> {
  const [first, second] = [mintMarketplace("First Vendor", true), mintMarketplace("Second Vendor", true)];
  const space = mintSpace(`space-${randomBytes(6).toString("hex")}`, "A Space", [first, second]);
  await seedSpace(space, inject("simulatorUrl"));
  return { ...space, first, second };
}
