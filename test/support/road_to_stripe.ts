import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, inject } from "vitest";
import { forward } from "./forward.ts";
import { listen } from "./listen.ts";

/**
 * What becomes of a request on its way. `lost`: it never arrives. `unanswered`: it arrives, and its answer never does.
 * `given up`: it arrives, and its caller does not wait for it.
 * `late`: the caller hears nothing, and it arrives when it is let go.
 * `held`: it has arrived, and its answer comes when the road is clear. `revoked`, `restricted`: Stripe refuses its key, or that the key does this.
 */
export type Trouble = "lost" | "unanswered" | "given up" | "late" | "held" | "revoked" | "restricted";

type Late = { request: IncomingMessage; body: Uint8Array<ArrayBuffer> };

/** Leads this file's requests to the simulator over a road on which something can happen to those of one API key. */
export async function roadToStripe() {
  const troubles = new Map<string, { trouble: Trouble; path: string }>();
  const late: Late[] = [];
  const held: { key: string; resolve: () => void }[] = [];
  const arrive = ({ request, body }: Late): Promise<Response> =>
    forward(inject("simulatorUrl"), request, body);
  const carry = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = new Uint8Array(await buffer(request));
    const { trouble, path = "" } = troubles.get(keyOf(request)) ?? {};
    const isStruck = `${request.method} ${request.url}`.startsWith(path);
    switch (isStruck ? trouble : undefined) {
      case "held":
      case undefined: {
        const answer = await arrive({ request, body });
        const bytes = Buffer.from(await answer.arrayBuffer());
        if (trouble === "held" && isStruck)
          await new Promise<void>((resolve) => held.push({ key: keyOf(request), resolve }));
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(bytes);
        return;
      }
      case "revoked":
      case "restricted":
        response.writeHead(trouble === "revoked" ? 401 : 403, { "content-type": "application/json" });
        response.end(
          JSON.stringify({ error: { type: "invalid_request_error", message: "Invalid API Key" } }),
        );
        return;
      case "unanswered":
        await arrive({ request, body });
        break;
      case "given up":
        arrive({ request, body }).catch(() => {});
        break;
      case "late":
        late.push({ request, body });
        break;
    }
    response.destroy();
  };
  const server = createServer((request, response) => {
    carry(request, response).catch(() => response.destroy());
  });
  const before = process.env.STRIPE_API_BASE ?? "";
  process.env.STRIPE_API_BASE = await listen(server);
  afterAll(() => {
    process.env.STRIPE_API_BASE = before;
    server.closeAllConnections();
    server.close();
  });

  return {
    /** From now on, to the requests of this key that begin so, `POST /v1/transfers`. */
    strike: ({ stripeSecretKey }: { stripeSecretKey: string }, trouble: Trouble, path: string) => {
      troubles.set(stripeSecretKey, { trouble, path });
    },
    clear: ({ stripeSecretKey }: { stripeSecretKey: string }) => {
      troubles.delete(stripeSecretKey);
      for (const { key, resolve } of held) if (key === stripeSecretKey) resolve();
    },
    /** How many answers to this key's requests are held. */
    holds: ({ stripeSecretKey }: { stripeSecretKey: string }): number =>
      held.filter(({ key }) => key === stripeSecretKey).length,
    /** What is late of this key's arrives. */
    letGo: async ({ stripeSecretKey }: { stripeSecretKey: string }) => {
      const mine = late.filter(({ request }) => keyOf(request) === stripeSecretKey);
      for (const each of mine) await arrive(each);
      return mine.length;
    },
  };
}

const keyOf = ({ headers }: IncomingMessage): string => (headers.authorization ?? "").replace(/^Bearer /, "");
