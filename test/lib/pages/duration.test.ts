import { expect, it } from "vitest";
import { duration } from "../../../lib/pages/duration.ts";

it.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1_249, "1.2 s"],
  [59_900, "59.9 s"],
  [150_000, "3 min"],
])("%i ms are %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});
