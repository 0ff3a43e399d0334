import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { addApiKey } from "../../lib/api_keys/change_api_keys.ts";
import { createSpace } from "../../lib/spaces/create_space.ts";
import { newMarketplace, newSpace, type SeedSpace } from "../../local/demo_seed.ts";
import { seedSpace } from "../../local/seed.ts";

export type TestSpace = SeedSpace & {
  first: SeedSpace["marketplaces"][number];
  second: SeedSpace["marketplaces"][number];
};

/** A new Space with two Marketplaces, connected unless told, and `others`; and a platform account of its own at the simulator. */
export async function aSpace({
  connected = true,
  others = [],
}: {
  connected?: boolean;
  others?: SeedSpace["marketplaces"];
} = {}): Promise<TestSpace> {
  const [first, second] = [
    newMarketplace("First Vendor", connected),
    newMarketplace("Second Vendor", connected),
  ];
  const space = newSpace(`space-${randomBytes(6).toString("hex")}`, "A Space", [first, second, ...others]);
  await seedSpace(space, inject("simulatorUrl"));
  return { ...space, first, second };
}

/** A Space as an operator makes it, with nothing in it yet but an API key. */
export async function aNewSpace(): Promise<{ space: string; apiKey: string }> {
  const space = `space-${randomBytes(6).toString("hex")}`;
  await createSpace({ space, name: "A New Space" }, "a test");
  return { space, apiKey: await addApiKey(space, { api_key_name: "New", scope: "manage" }, "a test") };
}
