import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { setBounded } from "../async/bounded_map.ts";
import { TokenBucket } from "../async/token_bucket.ts";
import { withTimeout } from "../async/with_timeout.ts";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { refusedDeliveriesKey } from "../dynamodb/keys.ts";
import { describeError, type LogFields, log } from "../log.ts";

/** Why what comes to the URL of a Marketplace or a Space that is there is refused. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
export const REFUSAL_REASONS = ["wrong_secret", "not_an_event", "stale", "unsigned", "too_large"] as const;

/** How often what was refused at one URL is written, in ms. */
const EVERY_MS = 60_000;
/** How long a refused delivery waits for that, in ms, beside the 4 s that its own calls have. */
const WRITE_MS = 500;
/** URLs that are counted for; each is known, but somebody may know many. */
const MAX_PLACES = 1_000;
/** How long what was refused is told, in ms: Stripe sends an event again for three days. */
export const REFUSALS_KEPT_MS = 4 * 24 * 60 * 60_000;

/** How often, and from when to when (ISO 8601). */
export type Refusals = { times: number; first_at: string; last_at: string };
type ByReason = Map<RefusalReason, Refusals>;
type Place = { counted: ByReason; writtenAt: number };
type Write = (space: string, row: string, counted: ByReason) => Promise<unknown>;

/**
 * Counts in memory what a warm Lambda refuses. The first at a URL is written at once, what follows a minute later at the
 * earliest; and of all URLs together no more than the bucket has: however fast strangers post, they cannot make us write.
 * What nobody is refused after stays in memory, and ends with the Lambda.
 */
export class RefusalCounter {
  readonly #write: Write;
  readonly #places = new Map<string, Place>();
  readonly #writes = new TokenBucket();

  constructor(write: Write) {
    this.#write = write;
  }

  count(space: string, row: string, reason: RefusalReason): void {
    const key = keyOf(space, row);
    const place = this.#places.get(key) ?? { counted: new Map(), writtenAt: 0 };
    const at = iso(now());
    add(place.counted, reason, { times: 1, first_at: at, last_at: at });
    setBounded(this.#places, key, place, MAX_PLACES);
  }

  /** Whether that is written or not is nothing to who waits: it takes half a second at most, and throws nothing. */
  async writeIfDue(space: string, row: string): Promise<void> {
    const place = this.#places.get(keyOf(space, row));
    const ms = now().getTime();
    if (!place?.counted.size || ms - place.writtenAt < EVERY_MS || !this.#writes.take()) return;
    const { counted } = place;
    place.counted = new Map();
    place.writtenAt = ms;
    try {
      await withTimeout(this.#write(space, row, counted), WRITE_MS);
    } catch (error) {
      log.warn("what was refused could not be written down", { space, ...describeError(error) });
      for (const [reason, refusals] of place.counted) add(counted, reason, refusals);
      place.counted = counted;
    }
  }
}

/**
 * Tells the log of refused deliveries, of which strangers can post without end, while a line costs: a warm Lambda writes three
 * in a row, then one in five seconds. Each line stands for those before it that had none.
 */
export class RefusalLog {
  #untold = 0;
  readonly #lines = new TokenBucket();

  tell(fields: LogFields): void {
    this.#untold += 1;
    if (!this.#lines.take()) return;
    log.warn("a delivery was refused", fields, { DeliveriesRefused: this.#untold });
    this.#untold = 0;
  }
}

const keyOf = (space: string, row: string): string => `${space}#${row}`;

function add(counted: ByReason, reason: RefusalReason, { times, first_at, last_at }: Refusals): void {
  const before = counted.get(reason);
  counted.set(reason, {
    times: times + (before?.times ?? 0),
    first_at: before?.first_at ?? first_at,
    last_at,
  });
}

/** Adds to the row of this hour, which is made where there is none. */
export async function writeRefusals(space: string, row: string, counted: ByReason): Promise<void> {
  const reasons = [...counted.keys()];
  const values = [...counted].flatMap(([reason, { times, first_at, last_at }]) => [
    [`:${reason}_times`, times],
    [`:${reason}_first_at`, first_at],
    [`:${reason}_last_at`, last_at],
  ]);
  const set = reasons.map(
    (reason) =>
      `${reason}_first_at = if_not_exists(${reason}_first_at, :${reason}_first_at), ${reason}_last_at = :${reason}_last_at`,
  );
  await dynamodb.send(
    new UpdateCommand({
      TableName: configuration.settingsTable,
      Key: refusedDeliveriesKey(space, row, iso(now())),
      UpdateExpression: `SET expires_at_s = :expires_at_s, ${set.join(", ")} ADD ${reasons
        .map((reason) => `${reason}_times :${reason}_times`)
        .join(", ")}`,
      ExpressionAttributeValues: {
        ":expires_at_s": toSeconds(after(now(), REFUSALS_KEPT_MS)),
        ...Object.fromEntries(values),
      },
    }),
  );
}
