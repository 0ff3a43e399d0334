import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { rawBody } from "../../../lib/http/body.ts";
import { inputOf } from "../../../lib/http/input.ts";
import { aParsedRequest, aRequest } from "../../support/requests.ts";

const base64 = (bytes: Buffer | string) => ({
  body: Buffer.from(bytes).toString("base64"),
  isBase64Encoded: true,
});

describe("rawBody", () => {
  it.each([
    ["text", { body: "Brötchen 🥖" }, Buffer.from("Brötchen 🥖")],
    ["base64", base64("Brötchen 🥖"), Buffer.from("Brötchen 🥖")],
    ["bytes that are no text", base64(Buffer.from([0xff, 0x00, 0xfe])), Buffer.from([0xff, 0x00, 0xfe])],
    ["text that looks like base64", { body: "aGVsbG8=" }, Buffer.from("aGVsbG8=")],
    ["nothing", {}, Buffer.alloc(0)],
  ])("gives the bytes of %s as they were sent", (_what, facts, bytes) => {
    expect(rawBody(aRequest(facts))).toEqual(bytes);
  });
});

describe("inputOf", () => {
  const Line = v.strictObject({ amount: v.number("must be a number") });
  const Schema = v.strictObject({
    name: v.pipe(v.string("must be a text"), v.trim()),
    lines: v.array(Line, "must be a list"),
  });
  const parse = (body: string) => inputOf(aParsedRequest({ body }), Schema);

  it("gives what the schema makes of it", () => {
    expect(parse('{"name": " Bread ", "lines": [{"amount": 1}]}')).toEqual({
      name: "Bread",
      lines: [{ amount: 1 }],
    });
  });

  it("reads a body that came as base64", () => {
    const request = aParsedRequest(base64('{"name": "Brötchen", "lines": []}'));
    expect(inputOf(request, Schema)).toEqual({ name: "Brötchen", lines: [] });
  });

  it.each(["{", "name=Bread", "{'name': 'Bread'}", '{"name": "Bread"} {}'])(
    "refuses %j as no JSON",
    (body) => {
      expect(() => parse(body)).toThrow(
        expect.objectContaining({ status: 400, code: "not_json", message: "The body is not JSON." }),
      );
    },
  );

  it.each([
    ['{"name": 1, "lines": []}', /^name: must be a text$/],
    ['{"name": "Bread", "lines": {}}', /^lines: must be a list$/],
    [
      '{"name": "Bread", "lines": [{"amount": 1}, {"amount": "1"}]}',
      /^lines\[1\]\.amount: must be a number$/,
    ],
    ['{"name": "Bread", "lines": [], "colour": "red"}', /^colour: /],
    ['{"lines": []}', /^name: /],
    ["null", /^body: /],
    ['"Bread"', /^body: /],
  ])("names the field that is wrong in %s", (body, message) => {
    expect(() => parse(body)).toThrow(
      expect.objectContaining({
        status: 400,
        code: "invalid_field",
        message: expect.stringMatching(message),
      }),
    );
  });

  it("names the first field only, where several are wrong", () => {
    expect(() => parse('{"name": 1, "lines": 2}')).toThrow(/^name: must be a text$/);
  });
});
