import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll } from "vitest";
import { handler as dispatch } from "../../functions/stripe_events/dispatch.ts";
import { post } from "./deliveries.ts";
import { listen } from "./listen.ts";
import { insertRecord } from "./records.ts";
import { aContext } from "./requests.ts";

/** What may be wrong with what was deployed. */
export type Fault =
  | "nothing"
  | "no stream"
  | "unavailable"
  | "silent"
  | "stores nothing"
  | "takes any signature";

export type Deployed = { url: string; fault: Fault; posts: number };

/** Stands in for the deployed service: the webhook URL of Spaces by HTTP, and the stream that brings what it stored. */
export async function startDeployed(): Promise<Deployed> {
  const deployed: Deployed = { url: "", fault: "nothing", posts: 0 };
  const streamed = new Set<string>();

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    deployed.posts += 1;
    const body = await buffer(request);
    const [, space = ""] = /^\/spaces\/([\w-]+)\/stripe_events$/.exec(request.url ?? "") ?? [];
    const signature = request.headers["stripe-signature"];
    if (deployed.fault === "silent") return;
    if (deployed.fault === "unavailable") return void response.writeHead(503).end();
    if (deployed.fault === "stores nothing") return void response.writeHead(200).end();
    const { statusCode = 500 } = await post({ space, body: body.toString(), signature: String(signature) });
    const isTaken = deployed.fault === "takes any signature" && statusCode === 400;
    response.writeHead(isTaken ? 200 : statusCode).end();
    const { id } = JSON.parse(body.toString());
    if (statusCode !== 200 || streamed.has(id) || deployed.fault === "no stream") return;
    streamed.add(id);
    await dispatch({ Records: [await insertRecord({ space }, id)] }, aContext());
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  deployed.url = await listen(server);
  return deployed;
}
