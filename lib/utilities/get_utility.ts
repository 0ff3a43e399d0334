import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { utilityKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";
import { isUuid } from "../ids.ts";
import { StripeUtility } from "./stripe_utility.ts";

/** @throws {NotFound} */
export async function getUtility(space: string, utility: string): Promise<StripeUtility> {
  if (!isUuid(utility)) throw new NotFound();
  const row = await findRow(StripeUtility, configuration.settingsTable, utilityKey(space, utility));
  if (!row) throw new NotFound();
  return row;
}
