import * as v from "valibot";
import { after, iso, now, toMinute } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { warnedKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { outboxPut } from "../outbox/outbox_puts.ts";
import { type Failure, listFailures, waitingForSomebody } from "./failures.ts";

const DAY_MS = 24 * 60 * 60_000;

/** Of one look, so that a Space where all goes wrong at once gets a few mails and not a hundred; the rest is told by the next. */
const MAX_TOLD = 20;

/** What a Space's members were told of each cause: since when it is told (ISO 8601), when last, and how often. */
const Warned = v.object({
  version: v.number(),
  causes: v.record(v.string(), v.object({ since: v.string(), at: v.string(), times: v.number() })),
});
type Causes = v.InferOutput<typeof Warned>["causes"];

/** By what it is called in the mail's words (lib/mails/content_of.ts). */
type Told = {
  cause: string;
  since: string;
  entry: "failing" | "failing_again" | "failing_over";
  detail: string;
};

/**
 * Tells a Space's members by mail of events that were given up or have failed for an hour: of each cause once, however many
 * events it has, again when it has lasted for a day, and when nothing fails by it any more. Where no mails are sent, nobody is
 * told, and nothing is kept.
 */
export async function warnOfFailures(space: string): Promise<void> {
  if (configuration.mailFrom === undefined) return;
  const [failing, before] = await Promise.all([
    listFailures(space),
    findRow(Warned, configuration.settingsTable, warnedKey(space)),
  ]);
  const causes: Causes = { ...before?.causes };
  const told: Told[] = [];
  for (const failure of waitingForSomebody(failing)) {
    const entry = dueEntry(causes[failure.cause]);
    if (!entry || told.length === MAX_TOLD) continue;
    const { since = iso(now()), times = 0 } = causes[failure.cause] ?? {};
    causes[failure.cause] = { since, at: iso(now()), times: times + 1 };
    told.push({ cause: failure.cause, since, entry, detail: detailOf(failure) });
  }
  // Of a list that is cut off, what is not in it may fail all the same.
  const isOver = (cause: string) =>
    failing.complete && !failing.data.some((failure) => failure.cause === cause);
  for (const [cause, { since }] of Object.entries(causes)) {
    if (!isOver(cause) || told.length === MAX_TOLD) continue;
    delete causes[cause];
    told.push({ cause, since, entry: "failing_over", detail: "No event fails by it any more." });
  }
  if (told.length > 0) await tell(space, told, causes, before?.version);
}

function dueEntry(before: Causes[string] | undefined): Told["entry"] | undefined {
  if (!before) return "failing";
  const isDue = before.times < 2 && before.at <= iso(after(now(), -DAY_MS));
  return isDue ? "failing_again" : undefined;
}

const detailOf = ({ count, counted_all, first, dead, retrying }: Failure): string => {
  const events = counted_all
    ? count === 1
      ? "1 event fails"
      : `${count} events fail`
    : `More than ${count} events fail`;
  return `${events} by it, the first since ${toMinute(first)}: ${dead} given up, ${retrying} retried automatically.`;
};

/** In one transaction with what is kept of it, so that of two looks one tells, and a look that is cut off told nobody. */
async function tell(space: string, told: Told[], causes: Causes, seen: number | undefined): Promise<void> {
  const rows = told.map(({ cause, since, entry, detail }) =>
    outboxPut(
      { id: "", space, marketplace: "" },
      { fact: `${cause}@${since}#${entry}`, topic: "events.failing", at: iso(now()), detail },
      "members",
    ),
  );
  const Item = { ...warnedKey(space), version: (seen ?? 0) + 1, causes };
  await transact([
    ...rows,
    {
      Put: {
        TableName: configuration.settingsTable,
        Item,
        ...(seen === undefined
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "#version = :seen",
              ExpressionAttributeNames: { "#version": "version" },
              ExpressionAttributeValues: { ":seen": seen },
            }),
      },
    },
  ]);
}
