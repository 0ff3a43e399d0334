import { auditPut } from "../audit/audit.ts";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { replayKey, runningReplayKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError, ValidationError } from "../errors.ts";
import { countReplayed, whichEvents } from "./count_replayed.ts";
import { findReplay, getReplay, type Replay, replayId } from "./replay.ts";
import { eventCount, filterTexts, filterWords, type ReplayRequest } from "./replay_filter.ts";
import { runReplaysOf } from "./run_replays.ts";

/** How far ahead the clock may be that a preview was made by. */
const SKEW_MS = 5_000;
/** So long whoever began it waits for its end, in ms; what takes longer goes on by itself. */
const WAIT_MS = 5_000;
/** A replay stands in the list for so many ms. */
const KEEP_MS = 45 * 24 * 60 * 60_000;

/**
 * Begins a replay, and does as much of it as somebody waits for. It is in the audit before anything is done. The same
 * request once more is the same replay, as far as that is by then.
 * @throws {ValidationError} where its moment is yet to come; {HttpError} 409 `nothing_to_replay`
 */
export async function beginReplay(
  space: string,
  { as_of: asked, ...filter }: ReplayRequest,
  actor: string,
): Promise<{ replay: Replay; isNew: boolean }> {
  const began = now();
  if (asked > iso(after(began, SKEW_MS))) throw new ValidationError({ as_of: "must not be a time to come" });
  const id = replayId(asked, filter);
  const earlier = await findReplay(space, id);
  if (earlier) return { replay: earlier, isNew: false };
  // By a time to come, what is run now would be taken for what was run before.
  const as_of = asked < iso(began) ? asked : iso(began);
  const replayed = await whichEvents(space, filter, as_of);
  const { total, last } = await countReplayed(replayed);
  if (total === 0) throw httpError("nothing_to_replay");
  const isNew = await putReplay({
    ...replayed,
    id,
    total,
    last,
    status: "running",
    begun_by: actor,
    saves: 0,
    succeeded: 0,
    failed: 0,
    waiting: 0,
  });
  if (isNew) await runReplaysOf(space, after(now(), WAIT_MS));
  return { replay: await getReplay(space, id), isNew };
}

/** @returns false where another has begun it meanwhile */
async function putReplay(replay: Replay): Promise<boolean> {
  const { space, id, filter, begun_by, total } = replay;
  const TableName = configuration.settingsTable;
  const expires_at_s = toSeconds(after(now(), KEEP_MS));
  return await transact([
    {
      Put: {
        TableName,
        Item: { ...replayKey(space, id), ...replay, filter: filterTexts(filter), expires_at_s },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    { Put: { TableName, Item: { ...runningReplayKey(space, id), space, id } } },
    auditPut(space, begun_by, `began a replay of ${eventCount(total)} ${filterWords(filter)}`),
  ]);
}
