import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { queryOf } from "../../../lib/http/input.ts";
import { replayId } from "../../../lib/replays/replay.ts";
import { filterTexts, filterWords, ReplayQuery, StoredFilter } from "../../../lib/replays/replay_filter.ts";
import { aRequest } from "../../support/requests.ts";

const filterOf = (query: Record<string, string>) => queryOf(aRequest({ query }), ReplayQuery);

describe("what is replayed", () => {
  it.each([
    [{}, "body: must say which events"],
    [{ type: "", status: "" }, "body: must say which events"],
    [{ finished: "true" }, "body: must say which events"],
    [{ status: "succeeded" }, "finished: Say that finished events are meant, too"],
    [{ status: "ignored" }, "finished: Say that finished events are meant, too"],
    [{ status: "received" }, "status: must be one of retrying, dead, succeeded, ignored"],
    [{ cause: "stripe:timeout", finished: "true" }, "cause: is of what fails: leave out `finished`"],
    [{ type: "charge.*", finished: "yes" }, "finished: must be `true`"],
    [{ from: "2026-11-21", to: "2026-11-20" }, "to: must not be before `from`"],
    [{ type: "charge.*", colour: "red" }, "colour: is no field here"],
  ])("is refused for %j", (query, message) => {
    expect(() => filterOf(query)).toThrow(
      expect.objectContaining({
        status: 400,
        code: "invalid_field",
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each([
    [{ cause: "stripe:timeout" }, "failing because of stripe:timeout"],
    [{ type: "charge.*" }, "failing, of type charge.*"],
    [{ status: "dead", from: "2026-11-20" }, "with status dead, from 2026-11-20 00:00:00 UTC"],
    [{ to: "2026-11-20T14:02", finished: "true" }, "to 2026-11-20 14:02:59 UTC, finished ones too"],
    [{ status: "succeeded", type: "charge.*", finished: "true" }, "with status succeeded, of type charge.*"],
  ])("%j is said, and kept, as it was meant", (query, words) => {
    const filter = filterOf(query);
    expect(filterWords(filter)).toBe(words);
    expect(v.parse(StoredFilter, filterTexts(filter))).toEqual(filter);
    expect(filterOf(filterTexts(filter))).toEqual(filter);
  });
});

it("a replay's id is of its moment and its events", () => {
  const [at, later] = ["2026-11-20T14:02:05.123Z", "2026-11-20T14:02:05.124Z"];
  const id = replayId(at, { cause: "stripe:timeout" });
  expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  expect(replayId(at, { cause: "stripe:timeout" })).toBe(id);
  const others = [
    replayId(later, { cause: "stripe:timeout" }),
    replayId(at, { cause: "stripe:http_503" }),
    replayId(at, { status: "dead" }),
    replayId(at, { type: "charge.updated" }),
    replayId(at, { type: "charge.updated", finished: true }),
  ];
  expect(new Set([id, ...others]).size).toBe(6);
  expect(replayId(later, { status: "dead" }).slice(0, 10) > id.slice(0, 10)).toBe(true);
});
