import { configuration } from "../../lib/configuration.ts";
import type { Request } from "../../lib/http/request.ts";
import type { Person } from "./people.ts";
import { aRequest } from "./requests.ts";

type Path = Record<string, string>;

/** A page that a signed-in person opens; `cookies` are those of earlier answers, as the browser sends them back. */
export const aVisit = (person: Person, path: Path, cookies: string[] = [], route?: string): Request => ({
  ...aRequest({ path, headers: { accept: "text/html" }, ...(route && { route }) }),
  cookies: [...person.cookies, ...cookies],
});

/** A form that a signed-in person sends from one of our pages. */
export const aForm = (
  { cookies, csrf }: Person,
  path: Path,
  values: Record<string, string>,
  headers: Record<string, string> = {},
): Request => ({
  ...aRequest({
    method: "POST",
    path,
    headers: {
      accept: "text/html",
      origin: new URL(configuration.baseUrl).origin,
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
    body: new URLSearchParams({ csrf, ...values }).toString(),
  }),
  cookies,
});
