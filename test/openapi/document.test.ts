import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { openapiDocument } from "../../openapi/document.ts";
import { FILE, isOf, operations } from "../support/openapi.ts";

/** Routes that a browser is led to, and that have nothing for programs. */
const FOR_BROWSERS = [
  "GET /{path+}", // what is at no other
  "GET /", // the same as GET /spaces
  "GET /scripts/{script}",
  "GET /session/new",
  "GET /session/callback",
  "GET /stripe_account/callback",
  "GET /spaces/{space}/rooms/{room}/marketplaces/{marketplace}/stripe_account/return",
  "GET /spaces/{space}/rooms/{room}/marketplaces/{marketplace}/stripe_account/refresh",
];

const Service = v.object({
  functions: v.record(
    v.string(),
    v.object({
      handler: v.string(),
      events: v.optional(v.array(v.looseObject({ httpApi: v.optional(v.string()) })), []),
    }),
  ),
});
const { functions } = v.parse(
  Service,
  parse(readFileSync("serverless.yml", "utf8"), { logLevel: "silent", merge: true }),
);
/** Each route with its function, but for those that are another on a Space's branded domain. */
const routes = new Map(
  Object.entries(functions).flatMap(([name, { handler, events }]) =>
    events.flatMap(({ httpApi }) =>
      httpApi ? [[httpApi, { name, file: handler.replace(/\.handler$/, ".ts") }] as const] : [],
    ),
  ),
);
const inSpace = (route: string): string => route.replace(" /", " /spaces/{space}/");
const own = [...routes].filter(([route]) => !routes.has(inSpace(route)));

it("is what docs/openapi.json says; else: npm run openapi", () => {
  expect(`${JSON.stringify(openapiDocument(), null, 2)}\n`).toBe(readFileSync(FILE, "utf8"));
});

it("is a valid OpenAPI 3.1 document", async () => {
  const valid = await new Validator().validate(openapiDocument());
  expect(valid).toEqual({ valid: true });
  const { info: _, ...withoutInfo } = openapiDocument();
  expect((await new Validator().validate(withoutInfo)).valid).toBe(false);
});

it("names each operation once", () => {
  const names = [...operations.values()].map(({ operation }) => operation.operationId);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it("describes no route that serverless.yml does not have", () => {
  expect([...operations.keys()].filter((route) => !routes.has(route))).toEqual([]);
});

describe.each(own)("%s", (route) => {
  it("is described", () => {
    const operation = operations.get(route);
    const isApart = FOR_BROWSERS.includes(route);
    expect(
      (operation !== undefined) !== isApart,
      `${route} is new: describe it in a file of openapi/ (what it takes and answers, its errors, who may), give what it answers a schema beside what presents it, and run \`npm run openapi\`. If it answers browsers alone, name it in FOR_BROWSERS here.`,
    ).toBe(true);
  });
});

const described = own.flatMap(([route, { name, file }]) => {
  const operation = operations.get(route)?.operation;
  return operation ? [{ route, name, file, operation }] : [];
});

describe.each(described)("$route", ({ name, file, operation }) => {
  it("goes by its function's name, and asks for the same role, scope and query", () => {
    const code = readFileSync(file, "utf8");
    const [, role, scope] = /requireRole\("(\w+)"(?:, "(\w+)")?\)/.exec(code) ?? [];
    expect(isOf(operation, name), `${operation.operationId} is not of ${name}`).toBe(true);
    const { security } = operation;
    expect(security.flatMap(({ apiKey }) => apiKey ?? [])).toEqual(
      role === "program" || scope ? [scope] : [],
    );
    expect(security.flatMap(({ session }) => session ?? [])).toEqual(
      role && role !== "program" ? [role] : [],
    );
    expect(operation.parameters.some((parameter) => parameter.name === "limit")).toBe(
      code.includes("LIST_QUERY"),
    );
  });
});
