import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { limitConcurrency } from "../../lib/async/limit_concurrency.ts";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { lockKey } from "../../lib/dynamodb/keys.ts";
import { withLock } from "../../lib/dynamodb/lock.ts";
import { beginReplay } from "../../lib/replays/begin_replay.ts";
import type { Replay } from "../../lib/replays/replay.ts";
import type { ReplayFilter } from "../../lib/replays/replay_filter.ts";
import { aFailingEvent } from "./stored_events.ts";

type InSpace = { space: string };

/** Replays what is so by now, as far as a request gets. */
export async function replay(
  { space }: InSpace,
  filter: ReplayFilter,
  as_of = new Date().toISOString(),
): Promise<Replay> {
  return (await beginReplay(space, { ...filter, as_of }, "Dana")).replay;
}

/** The same, of which the request does nothing: another replay of the Space is under way. */
export async function begunReplay(
  { space }: InSpace,
  filter: ReplayFilter,
  as_of = new Date().toISOString(),
): Promise<Replay> {
  const begun = await withLock(space, "replays", () => replay({ space }, filter, as_of));
  if (!begun) throw new Error("another holds the lock");
  return begun;
}

/** Many events that fail by a cause, and whose type has no handler: whoever handles them again has no more to do. */
export async function manyFailing(
  space: InSpace,
  count: number,
  cause: string,
  facts: Parameters<typeof aFailingEvent>[2] = {},
): Promise<string[]> {
  const inTurn = limitConcurrency(25);
  return await Promise.all(
    Array.from({ length: count }, () => inTurn(() => aFailingEvent(space, cause, facts))),
  );
}

/** What time does by itself to the lock of a process that was lost. */
export async function forgetLock({ space }: InSpace): Promise<void> {
  await dynamodb.send(
    new DeleteCommand({ TableName: configuration.settingsTable, Key: lockKey(space, "replays") }),
  );
}
