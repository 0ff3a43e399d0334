import { api, json } from "../../lib/http/api.ts";

/** That the service is up; it looks at nothing else, so that it cannot take anything down with it. */
export const handler = api().handler(async () => json(200, { status: "ok" }));
