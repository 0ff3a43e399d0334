import { auditPut } from "../audit/audit.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { replayKey, runningReplayKey } from "../dynamodb/keys.ts";
import { type Item, transact } from "../dynamodb/transact.ts";
import { log } from "../log.ts";
import { getReplay, type Replay } from "./replay.ts";
import { filterWords } from "./replay_filter.ts";

/**
 * Ends a replay at once; the events that are being handled at that moment are counted yet. One that is over stays as it is.
 * @throws {NotFound}
 */
export async function stopReplay(space: string, id: string, actor: string): Promise<Replay> {
  const replay = await getReplay(space, id);
  const audit = auditPut(space, actor, `stopped the replay of events ${filterWords(replay.filter)}`);
  if (replay.status === "running") await end(replay, { stopped_by: actor }, audit);
  return await getReplay(space, id);
}

/** Ends a replay that is through; or that would only fail, for this cause. */
export const endReplay = (replay: Replay, stopped_for?: string): Promise<void> =>
  end(replay, stopped_for === undefined ? {} : { stopped_for });

async function end(
  { space, id }: Replay,
  stopped: { stopped_by?: string; stopped_for?: string },
  ...along: Item[]
): Promise<void> {
  const TableName = configuration.settingsTable;
  const [[name, by] = []] = Object.entries(stopped);
  const status = by === undefined ? "finished" : "stopped";
  const ended = await transact([
    {
      Update: {
        TableName,
        Key: replayKey(space, id),
        UpdateExpression: `SET #status = :status, ended_at = :now${by === undefined ? "" : `, ${name} = :by`}`,
        ConditionExpression: "#status = :running",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ":status": status,
          ":now": iso(now()),
          ":running": "running",
          ...(by !== undefined && { ":by": by }),
        },
      },
    },
    { Delete: { TableName, Key: runningReplayKey(space, id) } },
    ...along,
  ]);
  if (ended) log.info("a replay ended", { space, replay: id, status, ...stopped });
}
