import * as v from "valibot";

/** A day, a minute or a second of UTC: `2026-11-20`, `2026-11-20T14:02`, or as ISO 8601 has it whole. */
const TIME = /^(\d{4}-\d\d-\d\d)(?:T((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.\d{1,6})?)?Z?)?$/;

/** The first and the last ms of what is named, since the epoch; undefined of what names nothing. */
function msOf(text: string): [first: number, last: number] | undefined {
  const [, day = "", minute, second] = TIME.exec(text) ?? [];
  const first = Date.parse(`${day}T${minute ?? "00:00"}${second?.slice(0, 3) ?? ":00"}Z`);
  // Of the 30th of February it would make the 2nd of March.
  if (Number.isNaN(first) || !new Date(first).toISOString().startsWith(day)) return undefined;
  const seconds = second ? 1 : minute ? 60 : 24 * 60 * 60;
  return [first, first + seconds * 1_000 - 1];
}

const Time = v.pipe(
  v.string("must be a text"),
  v.check(
    (text) => msOf(text) !== undefined,
    "must be a time of UTC, `2026-11-20` or `2026-11-20T14:02:00Z`",
  ),
);

/** From when and until when, with all of the day, minute or second that each names; in ms since the epoch. */
export const TIME_SPAN = {
  from: v.optional(
    v.pipe(
      Time,
      v.transform((text) => msOf(text)?.[0]),
    ),
  ),
  to: v.optional(
    v.pipe(
      Time,
      v.transform((text) => msOf(text)?.[1]),
    ),
  ),
};

/** Of an object with {@link TIME_SPAN}. */
export const isInOrder = ({ from, to }: { from?: number | undefined; to?: number | undefined }): boolean =>
  from === undefined || to === undefined || from <= to;
export const BEFORE_FROM = "must not be before `from`";
