import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { listen } from "./listen.ts";

/** What AWS refuses with 400, by the exception's name. */
export class Refusal extends Error {
  readonly type: string;

  constructor(type: string, message = "") {
    super(message);
    this.type = type;
  }
}

/** As it should; 500 to all; 400 `AccessDeniedException` to all; not a word. */
export type AwsWeather = "well" | "down" | "denied" | "silent";

export type AwsService = { url: string; weather: AwsWeather; close(): Promise<void> };

/**
 * A stand-in for a service of AWS that speaks JSON 1.1 (Smithy docs, "AWS JSON 1.1 protocol"). `answer` gets the
 * action's name and its input.
 */
export async function startAwsService(
  answer: (action: string, input: unknown) => object,
): Promise<AwsService> {
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      const type = error instanceof Refusal ? error.type : "InternalFailure";
      const message = error instanceof Error ? error.message : "";
      send(response, error instanceof Refusal ? 400 : 500, { __type: type, message });
    });
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = await json(request);
    if (service.weather === "silent") return;
    if (service.weather === "down") return send(response, 500, { __type: "InternalFailure" });
    if (service.weather === "denied") throw new Refusal("AccessDeniedException", "not authorized");
    const [, action = ""] = String(request.headers["x-amz-target"]).split(".");
    send(response, 200, answer(action, input));
  }

  const service: AwsService = {
    url: await listen(server),
    weather: "well",
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return service;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}
