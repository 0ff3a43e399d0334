import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll } from "vitest";
import type { Answer, Request } from "../../lib/http/request.ts";
import { listen } from "./listen.ts";
import { aRequest } from "./requests.ts";

/** Answers by HTTP as a function does, on a free port, until the file's tests are over. @returns the origin */
export async function serve(answer: (request: Request) => Promise<Answer>): Promise<string> {
  const server = createServer(async (incoming, response) => {
    const { statusCode = 200, headers = {}, cookies = [], body } = await answer(await requestOf(incoming));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    response.setHeader("set-cookie", cookies);
    response.writeHead(statusCode).end(body);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  });
  return await listen(server);
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const { method = "", url = "", headers } = incoming;
  const [rawPath = "", rawQueryString = ""] = url.split("?");
  const given = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return {
    ...aRequest({
      method,
      headers: Object.fromEntries(given),
      query: Object.fromEntries(new URLSearchParams(rawQueryString)),
      body: await text(incoming),
    }),
    routeKey: `${method} ${rawPath}`,
    rawPath,
    rawQueryString,
    cookies: headers.cookie?.split("; ") ?? [],
  };
}
