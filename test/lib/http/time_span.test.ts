import * as v from "valibot";
import { expect, it } from "vitest";
import { TIME_SPAN } from "../../../lib/http/time_span.ts";

const span = (time: string) => {
  const { from, to } = v.parse(v.object(TIME_SPAN), { from: time, to: time });
  return [from, to].map((ms) => ms !== undefined && new Date(ms).toISOString());
};

it.each([
  ["2026-11-20", "2026-11-20T00:00:00.000Z", "2026-11-20T23:59:59.999Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z", "2028-02-29T23:59:59.999Z"],
  ["2026-11-20T14:02", "2026-11-20T14:02:00.000Z", "2026-11-20T14:02:59.999Z"],
  ["2026-11-20T14:02Z", "2026-11-20T14:02:00.000Z", "2026-11-20T14:02:59.999Z"],
  ["2026-11-20T14:02:05", "2026-11-20T14:02:05.000Z", "2026-11-20T14:02:05.999Z"],
  ["2026-11-20T14:02:05.250Z", "2026-11-20T14:02:05.000Z", "2026-11-20T14:02:05.999Z"],
])("%s names all of itself", (time, first, last) => {
  expect(span(time)).toEqual([first, last]);
});

it.each([
  "2026-02-30",
  "2026-13-01",
  "2026-11-20T24:00",
  "2026-11-20T14:60",
  "2026-11-20T14:02:60Z",
  "2026-11-20 14:02",
  "2026-11-20T14:02+01:00",
  "2026-11-20T",
  "20.11.2026",
  "1795132800",
  "yesterday",
])("%s is none", (time) => {
  expect(() => span(time)).toThrow("must be a time of UTC");
});
