import { afterEach, expect, it, vi } from "vitest";
import { assertOwnForm, isOwnOrigin } from "../../../lib/access/csrf.ts";
import { formBody } from "../../../lib/http/input.ts";
import { type Person, stranger } from "../../support/people.ts";
import { aParsedRequest } from "../../support/requests.ts";

afterEach(() => vi.unstubAllEnvs());

const OURS = "http://convene.invalid:3000";
const FORM = "application/x-www-form-urlencoded";

const session = ({ email, csrf }: Person) => ({
  email,
  csrf,
  issuer: "i",
  subject: "s",
  name: "Pat",
  sign_outs: 0,
});
const form = (csrf: string, headers: Record<string, string> = {}) =>
  aParsedRequest(
    {
      method: "POST",
      headers: { origin: OURS, "content-type": FORM, ...headers },
      body: String(new URLSearchParams({ csrf, email: "x" })),
    },
    [formBody],
  );
const json = (csrf: string) =>
  aParsedRequest({ method: "POST", headers: { origin: OURS, "x-csrf-token": csrf }, body: "{}" });

it("takes the session's own token, in a form or in a header, from a page of ours", async () => {
  const person = await stranger();
  for (const request of [
    form(person.csrf),
    form(person.csrf, { "content-type": `${FORM}; charset=utf-8` }),
    json(person.csrf),
  ])
    expect(() => assertOwnForm(request, session(person))).not.toThrow();
});

it("refuses everything else, and says what to do", async () => {
  const [person, other] = [await stranger(), await stranger()];
  const wrong = ["", " ", other.csrf, `${person.csrf}x`, person.csrf.slice(1), "é".repeat(43), "\ud800"];
  for (const request of [
    ...wrong.flatMap((csrf) => [form(csrf), json(csrf)]),
    form(person.csrf, { origin: "http://evil.example" }),
    form(person.csrf, { origin: "null" }),
    form(person.csrf, { origin: "" }),
    // A form cannot send the header, so what is no form must.
    form(person.csrf, { "content-type": "text/plain" }),
    form("", { "x-csrf-token": person.csrf }),
  ])
    expect(() => assertOwnForm(request, session(person))).toThrow(
      expect.objectContaining({
        status: 403,
        code: "foreign_form",
        message: expect.stringContaining("reload the page"),
      }),
    );
});

it.each([
  ["http://convene.local:3000", "http://convene.local:3000"],
  ["https://convene.example/", "https://convene.example"],
  ["https://convene.example:443", "https://convene.example"],
])("knows with BASE_URL %s a form from %s as ours", (baseUrl, origin) => {
  vi.stubEnv("BASE_URL", baseUrl);
  expect(isOwnOrigin(origin)).toBe(true);
});

it.each([
  undefined,
  "",
  "null",
  "http://convene.local",
  "https://convene.local:3000",
  "http://convene.local:3001",
  "http://x.convene.local:3000",
  "http://convene.local:3000.evil.example",
  "http://convene.local:3000/",
  "http://convene.local:3000, http://evil.example",
])("takes a form from %j for foreign", (origin) => {
  vi.stubEnv("BASE_URL", "http://convene.local:3000");
  expect(isOwnOrigin(origin)).toBe(false);
});
