import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../../lib/errors.ts";
import { fields, Text } from "../../../lib/http/body.ts";
import { TypedEmail } from "../../../lib/http/email.ts";
import { formOf, inputOf, isForm } from "../../../lib/http/input.ts";
import { Name, Slug } from "../../../lib/spaces/space.ts";
import { aParsedRequest, aRequest } from "../../support/requests.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const form = (body: string) => aParsedRequest({ headers: FORM, body });

const Schema = fields({
  name: Name,
  email: v.optional(TypedEmail),
  slug: v.optional(Slug),
  text: v.optional(Text),
});
const wrongIn = (body: string, headers = FORM): unknown => {
  try {
    inputOf(aParsedRequest({ headers, body }), Schema);
    return "nothing";
  } catch (error) {
    return error instanceof ValidationError ? error.fields : error;
  }
};

describe("inputOf", () => {
  it("reads a form, without its token, and trims what was typed", () => {
    expect(inputOf(form("name=+Bread+&csrf=1&email=Dana%40Example.com+"), Schema)).toEqual({
      name: "Bread",
      email: "dana@example.com",
    });
  });

  it("reads the same as JSON, in which a token is no field", () => {
    const json = (body: object) => inputOf(aParsedRequest({ body: JSON.stringify(body) }), Schema);
    expect(json({ name: " Bread ", email: "Dana@Example.com" })).toEqual({
      name: "Bread",
      email: "dana@example.com",
    });
    expect(() => json({ name: "Bread", csrf: "1" })).toThrow("csrf: is no field here");
  });

  it("keeps an address with an apostrophe in it", () => {
    expect(inputOf(form("name=Pat&email=Pat.O%27Hara%40example.com"), Schema)).toMatchObject({
      email: "pat.o'hara@example.com",
    });
  });

  it("reads a form that came as base64", () => {
    const body = Buffer.from("name=Br%C3%B6tchen").toString("base64");
    expect(inputOf(aParsedRequest({ headers: FORM, body, isBase64Encoded: true }), Schema)).toEqual({
      name: "Brötchen",
    });
  });

  it("takes the last of a field that is sent twice", () => {
    expect(inputOf(form("name=one&name=two"), Schema)).toEqual({ name: "two" });
  });

  it("names every field that is wrong, each once, with what to do", () => {
    expect(wrongIn("name=++&email=dana&slug=A+b&colour=red")).toEqual({
      name: "must not be empty",
      email: "must be an email address, such as jenny@example.com",
      slug: "must be 1 to 63 lowercase letters, digits and hyphens, such as `zinc-coop`",
      colour: "is no field here",
    });
  });

  it.each([
    ["name=n&email=%E2%84%AAate%40example.com", { email: expect.stringMatching(/^must be an email/) }],
    [`name=${"n".repeat(81)}`, { name: "must have at most 80 characters" }],
    [`name=n&email=${"e".repeat(250)}%40example.com`, { email: "must have at most 254 characters" }],
    ["", { name: "is missing" }],
    ["csrf=1", { name: "is missing" }],
  ])("bounds what is sent: %s", (body, wrong) => {
    expect(wrongIn(body)).toMatchObject(wrong);
  });

  it.each(["[]", "null", "1", '"name"', "[{}]"])("refuses %s, which is no object", (body) => {
    expect(wrongIn(body, { "content-type": "application/json" })).toEqual({ body: "must be an object" });
  });

  it.each(["{", "name=Bread", "undefined"])("refuses %j as no JSON", (body) => {
    expect(wrongIn(body, { "content-type": "application/json" })).toMatchObject({
      status: 400,
      code: "not_json",
    });
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "takes a field named %s for any other that is none",
    (field) => {
      expect(() => inputOf(form(`name=Bread&${field}=1`), Schema)).toThrow(ValidationError);
      expect(() => inputOf(aParsedRequest({ body: `{"name":"Bread","${field}":1}` }), Schema)).toThrow(
        ValidationError,
      );
    },
  );

  it("answers programs with the first of them", () => {
    expect(() => inputOf(form("name=&email=x"), Schema)).toThrow(
      expect.objectContaining({ status: 400, code: "invalid_field", message: "name: must not be empty" }),
    );
  });
});

it("tells a form by its content type", () => {
  expect(isForm(form(""))).toBe(true);
  for (const type of ["application/json", "text/plain", "multipart/form-data"])
    expect(isForm(aRequest({ headers: { "content-type": type } }))).toBe(false);
  expect(isForm(aRequest({}))).toBe(false);
});

it("keeps the token of a form apart from its values", () => {
  expect(formOf(form("csrf=1&name=Bread"))).toEqual({ csrf: "1", values: { name: "Bread" } });
  expect(formOf(form("name=Bread"))).toEqual({ csrf: undefined, values: { name: "Bread" } });
});

it("has no text for what JSON has in the place of one, be it an object that tells its own", () => {
  const body = JSON.stringify({
    name: { toString: {} },
    list: [{ toString: null }],
    many: ["a", "b"],
    none: null,
  });
  const json = aParsedRequest({ headers: { "content-type": "application/json" }, body });
  expect(formOf(json).values).toEqual({ name: "", list: "", many: "b", none: "" });
});
