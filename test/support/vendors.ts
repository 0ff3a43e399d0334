import { randomBytes } from "node:crypto";
import { control } from "./simulator.ts";
import type { TestSpace } from "./spaces.ts";

/** An account that is connected to the Space's platform at Stripe, and that nobody here knows of. @returns its id */
export async function aVendorAtStripe(space: TestSpace): Promise<string> {
  const id = `acct_${randomBytes(8).toString("hex")}`;
  await control(space, "accounts", {
    id: space.stripeAccount,
    display_name: space.name,
    connected_accounts: [{ id, display_name: "A Vendor" }],
  });
  return id;
}
