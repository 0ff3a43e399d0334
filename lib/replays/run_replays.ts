import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { limitConcurrency } from "../async/limit_concurrency.ts";
import { pace } from "../async/pace.ts";
import { now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { RUNNING_REPLAYS, replayKey, runningReplaysPrefix } from "../dynamodb/keys.ts";
import { withLock } from "../dynamodb/lock.ts";
import { allRows } from "../dynamodb/pages.ts";
import { HttpError } from "../errors.ts";
import { describeError, log } from "../log.ts";
import type { Outcome } from "../stripe_events/outcome.ts";
import { isHandled } from "../stripe_events/registry.ts";
import { runAgain } from "../stripe_events/replay_event.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import { cachedPlatform, NoApiToken } from "../utilities/platform.ts";
import { endReplay } from "./end_replay.ts";
import { readReplayed } from "./read_replayed.ts";
import { findReplay, type Place, Replay } from "./replay.ts";

/**
 * So many events a second of one Space. A handler asks Stripe for two things mostly, so that is a quarter of the requests
 * that Stripe takes of an account (100 a second in live mode, 25 in test mode): the rest is for what comes in meanwhile.
 */
const PER_SECOND = { live: 12, test: 3 };
/** So many are handled at once, of one Space and of all: one whose Stripe is slow leaves room for the others. */
const AT_ONCE = { ofSpace: 8, inAll: 24 };
/** After so many, what was done is written down, and a stop is seen. */
const SAVE_EVERY = 40;
/** So many rows are looked through to find them. */
const LOOK = 100;

type InTurn = ReturnType<typeof limitConcurrency>;

/** Goes on with every replay that is not over, until `until`. No trouble with one is another's, and none is thrown. */
export async function runReplays(until: Date): Promise<void> {
  const inTurn = limitConcurrency(AT_ONCE.inAll);
  await orLog({}, async () => {
    const rows = await runningReplays();
    const spaces = new Set(rows.map(({ space }) => space));
    await Promise.all([...spaces].map((space) => runReplaysOf(space, until, inTurn)));
  });
}

/**
 * Goes on with a Space's replays, the one of the earliest moment first; nowhere else at the same time, so that they are
 * as slow together as one is alone. What throws is left to the next minute.
 */
export async function runReplaysOf(
  space: string,
  until: Date,
  inTurn: InTurn = limitConcurrency(AT_ONCE.inAll),
): Promise<void> {
  await orLog({ space }, () =>
    withLock(space, "replays", async () => {
      for (const { id } of await runningReplays(space)) {
        const replay = await findReplay(space, id);
        if (replay?.status === "running" && !(await runReplay(replay, until, inTurn))) return;
      }
    }),
  );
}

async function orLog(facts: object, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error("replays could not go on", { ...facts, ...describeError(error) });
  }
}

const Running = v.object({ space: v.string(), id: v.string() });

const runningReplays = async (space?: string): Promise<v.InferOutput<typeof Running>[]> =>
  v.parse(
    v.array(Running),
    await allRows({
      TableName: configuration.settingsTable,
      KeyConditionExpression: space ? "pk = :running AND begins_with(sk, :space)" : "pk = :running",
      ExpressionAttributeValues: {
        ":running": RUNNING_REPLAYS,
        ...(space && { ":space": runningReplaysPrefix(space) }),
      },
      // One that was begun a moment ago can wait for the next minute, but not for its own.
      ConsistentRead: space !== undefined,
    }),
  );

/** @returns whether it is over */
async function runReplay(begun: Replay, until: Date, inAll: InTurn): Promise<boolean> {
  const { space } = begun;
  const isLive = await isLiveSpace(space);
  if (isLive === undefined) {
    await endReplay(begun, "stripe:no_api_token");
    return true;
  }
  const turn: Turn = {
    until,
    isOver: false,
    stop: undefined,
    pace: pace(isLive ? PER_SECOND.live : PER_SECOND.test),
    ofSpace: limitConcurrency(AT_ONCE.ofSpace),
    inAll,
  };
  let replay = begun;
  for (let isFirst = true; now() < until && !turn.isOver; isFirst = false) {
    const page = await readReplayed(replay, { from: replay.place, limit: LOOK, isConsistent: true });
    const events = page.events.slice(0, SAVE_EVERY);
    const ends = await Promise.all(events.map(({ event }) => replayInTurn(event, turn)));
    // What a table does not give or take is tried again from there; where that is where the last turn stopped, it is left.
    if (isFirst && ends[0] === "trouble") ends[0] = "passed_over";
    const undone = ends.findIndex((end) => end === "trouble" || end === "left");
    const through = undone < 0 ? events.length : undone;
    const isThrough = through === page.events.length;
    const place = isThrough ? page.end : (events[through - 1]?.place ?? replay.place);
    const saved = await save(replay, place, ends);
    if (!saved) return false;
    if (saved.status !== "running") return true;
    replay = saved;
    if (turn.stop || (isThrough && !page.more)) {
      await endReplay(replay, turn.stop);
      return true;
    }
  }
  return false;
}

async function isLiveSpace(space: string): Promise<boolean | undefined> {
  try {
    return (await cachedPlatform(space)).livemode;
  } catch (error) {
    if (error instanceof NoApiToken) return undefined;
    throw error;
  }
}

/** What the runs of one turn have in common. `stop` is the cause for which none of the rest would succeed. */
type Turn = {
  until: Date;
  isOver: boolean;
  stop: string | undefined;
  pace: () => Promise<void>;
  ofSpace: InTurn;
  inAll: InTurn;
};

/** `passed_over`: another handles it. `left`: there was no time for it. `trouble`: a table does not give or take it. */
type End = Outcome["outcome"] | "passed_over" | "left" | "trouble";

const replayInTurn = (event: StoredEvent, turn: Turn): Promise<End> =>
  turn.ofSpace(async () => {
    // What has no handler asks Stripe for nothing.
    if (!turn.isOver && isHandled(event.type)) await turn.pace();
    return await turn.inAll(async () => {
      turn.isOver ||= now() >= turn.until;
      return turn.isOver ? "left" : await replayOne(event, turn);
    });
  });

async function replayOne(event: StoredEvent, turn: Turn): Promise<End> {
  try {
    const outcome = await runAgain(event);
    const cause = "cause" in outcome ? outcome.cause : undefined;
    if (cause === "stripe:no_api_token" || cause === "stripe:key_refused") turn.stop = cause;
    // Stripe asks to slow down: the rest is left for the next minute, as retry leaves it.
    if (turn.stop || outcome.outcome === "rate_limited") turn.isOver = true;
    return outcome.outcome;
  } catch (error) {
    if (error instanceof HttpError) return "passed_over";
    log.error("an event could not be replayed", {
      space: event.space,
      event: event.id,
      ...describeError(error),
    });
    turn.isOver = true;
    return "trouble";
  }
}

/** Writes down how far it came. @returns it as it is then; undefined where another goes on with it */
async function save(replay: Replay, place: Place | undefined, ends: End[]): Promise<Replay | undefined> {
  const count = (...which: End[]): number => ends.filter((end) => which.includes(end)).length;
  const saved = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: replayKey(replay.space, replay.id),
        UpdateExpression: `SET saves = :next, succeeded = succeeded + :succeeded, failed = failed + :failed, waiting = waiting + :waiting${place ? ", place = :place" : ""}`,
        ConditionExpression: "saves = :saves",
        ExpressionAttributeValues: {
          ...(place && { ":place": place }),
          ":saves": replay.saves,
          ":next": replay.saves + 1,
          ":succeeded": count("succeeded", "ignored"),
          ":failed": count("retrying", "dead"),
          ":waiting": count("rate_limited"),
        },
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return saved && v.parse(Replay, saved.Attributes);
}
