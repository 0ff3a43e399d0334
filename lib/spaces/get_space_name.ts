import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { spaceRowKey } from "../dynamodb/keys.ts";
import { NotFound } from "../errors.ts";

/** What people call a Space. @throws {NotFound} */
export async function getSpaceName(space: string): Promise<string> {
  const name = await findSpaceName(space);
  if (name === undefined) throw new NotFound();
  return name;
}

export const findSpaceName = async (space: string): Promise<string | undefined> =>
  (await findRow(v.object({ name: v.string() }), configuration.settingsTable, spaceRowKey(space)))?.name;
