import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { spaceRowKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";

/** What people call a Space. @throws {NotFound} */
export async function getSpaceName(space: string): Promise<string> {
  const row = await findRow(v.object({ name: v.string() }), configuration.settingsTable, spaceRowKey(space));
  if (!row) throw new NotFound();
  return row.name;
}
