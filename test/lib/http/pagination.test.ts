import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { fromCursor, toCursor } from "../../../lib/dynamodb/cursor.ts";
import { paginationOf } from "../../../lib/http/pagination.ts";
import { aRequest } from "../../support/requests.ts";

describe("pageOf", () => {
  it.each([
    [undefined, { limit: 50, next: undefined }],
    [{ limit: "1" }, { limit: 1, next: undefined }],
    [{ limit: "100" }, { limit: 100, next: undefined }],
    [{ next: "abc" }, { limit: 50, next: "abc" }],
  ])("reads %j", (query, page) => {
    expect(paginationOf(aRequest(query ? { query } : {}))).toEqual(page);
  });

  it.each(["0", "101", "-1", "1.5", "1e1", "ten", "", " 5", "0x10", "5;"])(
    "refuses a limit of %j",
    (limit) => {
      expect(() => paginationOf(aRequest({ query: { limit } }))).toThrow(
        expect.objectContaining({
          status: 400,
          code: "invalid_field",
          message: "limit: must be a whole number from 1 to 100",
        }),
      );
    },
  );
});

describe("a cursor", () => {
  const Place = v.object({ id: v.string() });

  it("leads back to its place, and can stand in a URL", () => {
    const cursor = toCursor({ id: "ü?&/+=" });
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(fromCursor(cursor, Place)).toEqual({ id: "ü?&/+=" });
  });

  it.each([
    ["empty", ""],
    ["no base64", "%%%"],
    ["no JSON", Buffer.from("{").toString("base64url")],
    ["a cursor of another list", toCursor(["a"])],
    ["null", toCursor(null)],
  ])("is refused where it is %s", (_what, cursor) => {
    expect(() => fromCursor(cursor, Place)).toThrow(
      expect.objectContaining({
        status: 400,
        code: "invalid_field",
        message: "next: is not what an earlier page answered",
      }),
    );
  });
});
