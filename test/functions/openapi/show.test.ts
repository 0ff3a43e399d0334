import { expect, it } from "vitest";
import { handler } from "../../../functions/openapi/show.ts";
import { SCRIPT, SCRIPT_PATH } from "../../../lib/pages/script.ts";
import { aRequest } from "../../support/requests.ts";

const [, file = ""] = /^\/scripts\/([\w.]+)$/.exec(SCRIPT_PATH) ?? [];
const ask = (script: string) => handler(aRequest({ path: { script } }));

it("answers the pages' script, which a browser keeps for as long as its name is the same", async () => {
  expect(await ask(file)).toMatchObject({
    statusCode: 200,
    headers: {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    },
    body: SCRIPT,
  });
});

it("answers it by another's name, too, for a page of the deploy before, and nobody keeps that", async () => {
  expect(await ask("0123456789abcdef.js")).toMatchObject({
    statusCode: 200,
    headers: { "cache-control": "no-store" },
    body: SCRIPT,
  });
});
