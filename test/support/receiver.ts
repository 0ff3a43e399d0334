import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import * as v from "valibot";
import { onTestFinished } from "vitest";

const Told = v.object({
  type: v.string(),
  timestamp: v.pipe(v.string(), v.isoTimestamp()),
  data: v.looseObject({
    id: v.optional(v.string()),
    status: v.optional(v.string()),
    version: v.optional(v.number()),
  }),
});

type Behaviour = number | "hang" | { status: number; headers: Record<string, string> };

/** A shop's server that is called back: it answers 204 until told otherwise, and keeps what it was told. */
export async function aReceiver() {
  const calls: { headers: Record<string, string>; body: string; path: string }[] = [];
  const receiver = {
    answers: 204 as Behaviour,
    /** What happens before it answers. */
    meanwhile: async (): Promise<unknown> => undefined,
    url: "",
    calls,
    told,
    verify,
  };
  const server = createServer(async (request, response) => {
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    calls.push({
      headers: Object.fromEntries(headers),
      body: await text(request),
      path: request.url ?? "",
    });
    await receiver.meanwhile();
    const { answers } = receiver;
    if (answers === "hang") return;
    const { status, headers: more = {} } = typeof answers === "number" ? { status: answers } : answers;
    response.writeHead(status, more).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://localhost:${(server.address() as AddressInfo).port}/callbacks`;

  /** What it was told, call by call, as a shop's server finds it that verifies with this secret. @throws where one does not verify */
  function verify(secret: string) {
    return calls.map(({ headers, body }) => ({
      ...v.parse(Told, new Webhook(secret).verify(body, headers)),
      webhook_id: headers["webhook-id"],
    }));
  }
  /** The same in short: `order.paid paid`. */
  function told(secret: string): string[] {
    return verify(secret).map(({ type, data }) => [type, data.status].filter(Boolean).join(" "));
  }
  return receiver;
}
