import document from "../../docs/openapi.json" with { type: "json" };
import { api } from "../../lib/http/api.ts";

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

/** The OpenAPI document of every route that programs ask; `npm run openapi` makes it. */
export const handler = api().handler(async () => ({ ...ANSWER }));
