import document from "../../docs/openapi.json" with { type: "json" };
import { api } from "../../lib/http/api.ts";
import type { HttpHandler } from "../../lib/http/request.ts";
import { SCRIPT, SCRIPT_FILE } from "../../lib/pages/script.ts";

/** It changes with a deploy alone. */
const MAX_AGE_S = 300;

const ANSWER = {
  statusCode: 200,
  headers: {
    "content-type": "application/json; charset=utf-8",
    "cache-control": `public, max-age=${MAX_AGE_S}`,
  },
  body: JSON.stringify(document),
};

const openapi = api().handler(async () => ({ ...ANSWER }));

const YEAR_S = 365 * 24 * 60 * 60;

/** By its own name it is kept. While a deploy is under way, a page may ask by another: it gets this one, for now. */
const script = api().handler(async ({ pathParameters }) => ({
  statusCode: 200,
  headers: {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control":
      pathParameters?.script === SCRIPT_FILE ? `public, max-age=${YEAR_S}, immutable` : "no-store",
    "x-content-type-options": "nosniff",
  },
  body: SCRIPT,
}));

/**
 * What is the same for everybody until the next deploy: the OpenAPI document of every route that programs ask, which
 * `npm run openapi` makes, and the pages' script.
 */
export const handler: HttpHandler = (request, context) =>
  (request.pathParameters?.script === undefined ? openapi : script)(request, context);
