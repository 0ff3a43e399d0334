import { setBounded } from "../async/bounded_map.ts";
import { TokenBucket } from "../async/token_bucket.ts";
import { now } from "../clock.ts";

/** How long a warm Lambda trusts what it read, in ms. */
const MAX_AGE_MS = 60_000;
/** Rows kept that exist, and ids kept that do not: strangers may ask for any number of the latter. */
const MAX_KNOWN = 10_000;
const MAX_UNKNOWN = 1_000;

type Entry = { secrets: readonly string[]; readAt: number };

/** `read` answers a row's secrets, undefined where there is no such row. */
type SecretReader = (space: string, row: string) => Promise<string[] | undefined>;

/**
 * The webhook secrets that a warm Lambda remembers, so that receiving an event reads nothing.
 * Callers that ask for one row at the same time share one read; a failed read changes nothing.
 */
export class SecretCache {
  readonly #read: SecretReader;
  readonly #known = new Map<string, Entry>();
  readonly #unknown = new Map<string, Entry>();
  readonly #pending = new Map<string, Promise<readonly string[]>>();
  readonly #reloads = new Map<string, TokenBucket>();

  constructor(read: SecretReader) {
    this.#read = read;
  }

  /**
   * What `fits` finds among the row's secrets, of which there are none where there is no such row: those remembered, at most
   * 60 s old, and where nothing fits, those it has now. What was just read is not read again, so that a stranger's id costs
   * one read.
   */
  async find<Found>(
    space: string,
    row: string,
    fits: (secrets: readonly string[]) => Found | undefined,
  ): Promise<Found | undefined> {
    const remembered = this.#remembered(keyOf(space, row));
    if (!remembered) return fits(await this.#load(space, row));
    return fits(remembered) ?? fits((await this.reload(space, row)) ?? []);
  }

  /** Whether the row is remembered to exist, however long ago it was read. */
  knows(space: string, row: string): boolean {
    return this.#known.has(keyOf(space, row));
  }

  #remembered(key: string): readonly string[] | undefined {
    const entry = this.#known.get(key) ?? this.#unknown.get(key);
    return entry && now().getTime() - entry.readAt < MAX_AGE_MS ? entry.secrets : undefined;
  }

  /**
   * For when no secret fits: reads the row again, because a secret may just have been added, and `stripe listen` never
   * sends again; not more often than the row's budget allows. Undefined where it is too early.
   */
  async reload(space: string, row: string): Promise<readonly string[] | undefined> {
    const key = keyOf(space, row);
    const pending = this.#pending.get(key);
    if (pending) return await pending;
    const budget = this.#reloads.get(key) ?? new TokenBucket();
    if (!budget.take()) return undefined;
    setBounded(this.#reloads, key, budget, MAX_KNOWN);
    return await this.#load(space, row);
  }

  #load(space: string, row: string): Promise<readonly string[]> {
    const key = keyOf(space, row);
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const readAt = now().getTime();
    const load = this.#read(space, row)
      .then((secrets) => {
        this.#known.delete(key);
        this.#unknown.delete(key);
        if (secrets) setBounded(this.#known, key, { secrets, readAt }, MAX_KNOWN);
        else setBounded(this.#unknown, key, { secrets: [], readAt }, MAX_UNKNOWN);
        return secrets ?? [];
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, load);
    return load;
  }
}

const keyOf = (space: string, row: string): string => `${space}#${row}`;
