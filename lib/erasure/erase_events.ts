import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import type { Buyers } from "../buyers/buyers.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { erasurePassKey } from "../dynamodb/keys.ts";
import { log } from "../log.ts";
import { erasePayload, isOfErased, type Theirs } from "../stripe_events/erased_payload.ts";
import { LogKey, logPage } from "../stripe_events/log_page.ts";
import { StoredEvent } from "../stripe_events/stored_event.ts";

/** Rows that are written at the same time. */
const AT_ONCE = 8;

/** Where in a Space's log the pass stands, and since when it is under way (ISO 8601). */
const Pass = v.object({ began_at: v.string(), last: LogKey });

/**
 * Reads a Space's whole event log, from where the last call stopped, and takes out the payloads that are of erased buyers. No
 * index finds them: it would cost each event a write, for what is asked for once in a while.
 * @param until when it goes no further
 * @returns how many payloads it took out, and when the pass began (ISO 8601) if it has come to its end
 */
export async function eraseEvents(
  space: string,
  buyers: Buyers,
  theirs: Theirs,
  until: Date,
): Promise<{ payloads: number; wholeSince: string | undefined }> {
  const TableName = configuration.settingsTable;
  const Key = erasurePassKey(space);
  const saved = await findRow(Pass, TableName, Key);
  const began_at = saved?.began_at ?? iso(now());
  let last = saved?.last;
  let payloads = 0;
  do {
    const page = await logPage(space, last);
    payloads += await eraseThose(page.rows.flatMap(readable), buyers, theirs);
    last = page.last;
  } while (last && now() < until);
  if (last) {
    await dynamodb.send(new PutCommand({ TableName, Item: { ...Key, began_at, last } }));
    return { payloads, wholeSince: undefined };
  }
  await dynamodb.send(new DeleteCommand({ TableName, Key }));
  return { payloads, wholeSince: began_at };
}

/** One row that cannot be read is its own trouble. */
function readable(row: Record<string, unknown>): StoredEvent[] {
  const parsed = v.safeParse(StoredEvent, row);
  if (!parsed.success)
    log.error("an event cannot be read, and nothing of it is erased", { event: String(row.pk) });
  return parsed.success ? [parsed.output] : [];
}

async function eraseThose(events: StoredEvent[], buyers: Buyers, theirs: Theirs): Promise<number> {
  const inTurn = limitConcurrency(AT_ONCE);
  const erased = await Promise.all(
    events
      .filter((event) => isOfErased(event, buyers, theirs))
      .map((event) => inTurn(() => erasePayload(event))),
  );
  return erased.filter(Boolean).length;
}
