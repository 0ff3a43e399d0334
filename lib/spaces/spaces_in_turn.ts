import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { SPACES } from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";

const Cursor = v.object({ space: v.string() });
const Registered = v.object({ sk: v.string() });

/**
 * All Spaces, some at a time, from where the last run stopped: so those at the end of a long list have their turn, too. A run
 * counts as having stopped behind what it was given, so that Spaces which take all the time there is, or the process down,
 * do not have every run to themselves.
 * @param cursor the key of the row that says where that was
 */
export async function* spacesInTurn(
  cursor: { pk: string; sk: string },
  atOnce: number,
): AsyncGenerator<string[]> {
  const TableName = configuration.settingsTable;
  const { space: last = "" } = (await findRow(Cursor, TableName, cursor)) ?? {};
  for (const range of ["sk > :last", "sk <= :last"])
    for await (const rows of pages({
      TableName,
      KeyConditionExpression: `pk = :spaces AND ${range}`,
      // No key is empty; a space sorts before all slugs.
      ExpressionAttributeValues: { ":spaces": SPACES, ":last": last || " " },
      Limit: atOnce,
    })) {
      const spaces = v.parse(v.array(Registered), rows).map(({ sk }) => sk);
      if (spaces.length === 0) continue;
      await dynamodb.send(new PutCommand({ TableName, Item: { ...cursor, space: spaces.at(-1) } }));
      yield spaces;
    }
}
