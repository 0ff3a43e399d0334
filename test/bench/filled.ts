import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import getPort from "get-port";
import { type Dynamodb, startDynamodb } from "../../local/dynamodb.ts";
import { createTables } from "../../local/tables.ts";
import { clientOf, eventsTable, type Stage, settingsRows, settingsTable, tables } from "./stage.ts";

/** How much is in a DynamoDB already; the events are of one Space, or else of a hundred. */
export type Filling = { events: number; marketplaces: number; space?: string };

/**
 * A DynamoDB Local for each filling. It takes in some 4,000 items a second over its own door, so a million would take
 * longer than the bench may: they are written into its file (SQLite), the way that it writes them, before it starts.
 */
export async function startFilled(
  { folder, emulator }: Stage,
  fillings: readonly Filling[],
): Promise<Dynamodb[]> {
  const empty = join(folder, randomUUID());
  const first = await startDynamodb(emulator, await getPort(), empty, join(folder, "empty.log"));
  await createTables(first.endpoint, tables);
  // One row of each kind shows how it writes them.
  const client = clientOf(first.endpoint);
  await client.send(new PutItemCommand({ TableName: eventsTable, Item: marshall(SAMPLE) }));
  client.destroy();
  await first.stop();
  const [file = ""] = readdirSync(empty).filter((name) => name.endsWith(".db"));
  const folders: string[] = [];
  for (const filling of fillings) {
    const filled = join(folder, randomUUID());
    mkdirSync(filled);
    cpSync(join(empty, file), join(filled, file));
    await fill(join(filled, file), filling);
    folders.push(filled);
  }
  return await Promise.all(
    folders.map(async (filled) =>
      startDynamodb(emulator, await getPort(), filled, join(folder, `${randomUUID()}.log`)),
    ),
  );
}

const SAMPLE = { pk: "space-0#evt_0", space: "space-0", created: 1_790_000_000 };

async function fill(file: string, { events, marketplaces, space }: Filling): Promise<void> {
  const database = new DatabaseSync(file);
  // Only this once, and nothing is lost if it is: the file is made anew each time.
  database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
  database.exec("BEGIN");
  database.prepare(FILL_EVENTS).run({ count: events, space: space ?? null });
  const insert = database.prepare(
    `INSERT INTO "${settingsTable}" (hashKey, rangeKey, hashValue, rangeValue, itemSize, ObjectJSON)
     VALUES (?, ?, randomblob(20), randomblob(20), ?, ?)`,
  );
  for (const row of await settingsRows(marketplaces)) {
    const json = JSON.stringify(marshall(row));
    insert.run(Buffer.from(row.pk ?? ""), Buffer.from(row.sk ?? ""), json.length, Buffer.from(json));
  }
  database.exec("COMMIT");
  database.exec("PRAGMA journal_mode = DELETE");
  database.close();
}

/** Finished events, in no order; what they say of themselves is as little as an index needs. */
const FILL_EVENTS = `
  WITH RECURSIVE
    numbers (n) AS (SELECT 1 WHERE :count > 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count),
    made AS MATERIALIZED (
      SELECT coalesce(:space, 'space-' || (n % 100)) AS space, 1790000000 + n % 3000000 AS created,
             'evt_' || printf('%08x%08x', (n * 2654435761) % 4294967296, n) AS id
      FROM numbers)
  INSERT INTO "${eventsTable}" (hashKey, hashValue, itemSize, ObjectJSON, indexKey_2, indexKey_3)
  SELECT CAST(space || '#' || id AS BLOB), randomblob(20), 200,
         CAST('{"pk":{"S":"' || space || '#' || id || '"},"space":{"S":"' || space || '"},"created":{"N":"' || created ||
              '"},"livemode":{"BOOL":false},"type":{"S":"customer.created"},"status":{"S":"succeeded"},' ||
              '"received_at":{"S":"2026-11-23T12:00:00.000Z"},"runs":{"L":[]}}' AS BLOB),
         CAST(space AS BLOB),
         (SELECT CAST(replace(CAST(indexKey_3 AS TEXT), '1790000000', created) AS BLOB)
          FROM "${eventsTable}" WHERE hashKey = CAST('${SAMPLE.pk}' AS BLOB))
  FROM made`;
