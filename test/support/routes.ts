import { readFileSync } from "node:fs";
import * as v from "valibot";
import { parse } from "yaml";
import type { Answer, Request } from "../../lib/http/request.ts";
import { aRequest } from "./requests.ts";

const Service = v.object({
  functions: v.record(
    v.string(),
    v.object({
      handler: v.string(),
      events: v.optional(v.array(v.looseObject({ httpApi: v.optional(v.string()) })), []),
    }),
  ),
});

type Handler = (request: Request) => Promise<Answer>;

/** Every route of `serverless.yml` (`GET /spaces/{space}`) with the function that answers it. */
export async function serverlessRoutes(): Promise<Map<string, Handler>> {
  const root = new URL("../../", import.meta.url);
  const yaml = readFileSync(new URL("serverless.yml", root), "utf8");
  const { functions } = v.parse(Service, parse(yaml, { logLevel: "silent" }));
  const routes = new Map<string, Handler>();
  for (const { handler, events } of Object.values(functions)) {
    const file = handler.replace(/\.handler$/, ".ts");
    const paths = events.flatMap(({ httpApi }) => httpApi ?? []);
    if (paths.length === 0) continue;
    const { handler: answers }: { handler: Handler } = await import(new URL(file, root).href);
    for (const path of paths) routes.set(path, answers);
  }
  return routes;
}

/** A request to a route, its path filled in with the parameters that it names. */
export function requestTo(
  route: string,
  parameters: Record<string, string>,
  { cookies, ...facts }: Omit<Parameters<typeof aRequest>[0], "path" | "method"> & { cookies?: string[] },
): Request {
  const [method = "", template = ""] = route.split(" ");
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const path = Object.fromEntries(names.map((name) => [name, parameters[name] ?? ""]));
  const rawPath = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => path[name] ?? "");
  const request = aRequest({ ...facts, method, path });
  return { ...request, routeKey: route, rawPath, ...(cookies && { cookies }) };
}
