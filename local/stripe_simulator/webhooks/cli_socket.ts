import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import Stripe from "stripe";
import * as v from "valibot";
import { type WebSocket, WebSocketServer } from "ws";
import { parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { cliSecretOf } from "../state/keys.ts";
import type { FinishedRequest, Simulator } from "../state/simulator.ts";
import { scopeOf } from "../state/store.ts";
import { type SendToCli, signature } from "./deliver.ts";
import { type Attempt, recordForwarded } from "./deliveries.ts";
import { isTailed, type LogFilters, requestLogMessage, SessionFilters } from "./request_logs.ts";

/** The server side of `stripe listen` and `stripe logs tail`, derived from stripe-cli 1.52 (github.com/stripe/stripe-cli, pkg/websocket). */

const PATH = "/v1/stripecli/subscribe";
const SUBPROTOCOL = "stripecli-devproxy-v1";
const ACK_TIMEOUT_MS = 30_000;

/** The CLI replaces even a healthy connection after this long and misses the second in between, so this is
 *  practically never. (It retries a broken connection every 10 s regardless.) */
const RECONNECT_SECONDS = 24 * 60 * 60;

/** What a session is for: `stripe listen` wants the first, `stripe logs tail` the second. */
const Feature = v.picklist(["webhooks", "request_logs"]);
type Feature = v.InferOutput<typeof Feature>;

const SessionParams = v.object({
  device_name: v.string(),
  websocket_features: v.array(v.string()),
  filters: v.optional(SessionFilters),
});

/** `POST /v1/stripecli/sessions`: where to connect, and the secret that events will be signed with. */
export const createCliSession: Handler = ({ params, scope }, simulator) => {
  const { websocket_features: wanted, filters } = parse(SessionParams, params);
  const feature: Feature = wanted.includes("request_logs") ? "request_logs" : "webhooks";
  const id = newId.cliSession();
  // Stored, because the CLI reconnects with the same id after the simulator restarts.
  simulator.store.run(
    "INSERT INTO cli_sessions (id, account, livemode) VALUES (?, ?, ?)",
    id,
    scope.account,
    Number(scope.livemode),
  );
  if (filters)
    simulator.store.run("INSERT INTO log_filters (session, body) VALUES (?, ?)", id, JSON.stringify(filters));
  return {
    default_version: Stripe.API_VERSION,
    device_token: "",
    display_connect_filter_warning: false,
    latest_version: Stripe.API_VERSION,
    reconnect_delay: RECONNECT_SECONDS,
    secret: cliSecretOf(simulator, scope.account),
    websocket_authorized_feature: feature,
    websocket_id: id,
    websocket_url: `${simulator.origin.replace(/^http/, "ws")}${PATH}`,
  };
};

/** Both messages refer to the delivery by the `webhook_id` that was sent with the event. */
const Message = v.pipe(
  v.string(),
  v.parseJson(),
  v.variant("type", [
    v.object({ type: v.literal("event_ack"), webhook_id: v.string() }),
    v.object({ type: v.literal("webhook_response"), webhook_id: v.string(), status: v.number() }),
  ]),
);

interface Listener {
  socket: WebSocket;
  scope: Scope;
  feature: Feature;
  filters: LogFilters;
}

export function createCliSockets() {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });
  const listeners = new Map<string, Listener>();
  const unacknowledged = new Map<string, (attempt: Attempt) => void>();

  const listenersFor = (feature: Feature, { account, livemode }: Scope) =>
    [...listeners].filter(
      ([, { scope, ...listener }]) =>
        listener.feature === feature && scope.account === account && scope.livemode === livemode,
    );

  const listenerIds = (scope: Scope): string[] => listenersFor("webhooks", scope).map(([id]) => id);

  /** Nobody acknowledges these, and who is not there misses them. */
  function tail(request: FinishedRequest): void {
    for (const [, { socket, filters }] of listenersFor("request_logs", request))
      if (isTailed(request, filters)) socket.send(requestLogMessage(request));
  }

  function accept(simulator: Simulator, server: Server): void {
    server.on("upgrade", (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
      const id = String(request.headers["websocket-id"]);
      const session = simulator.store.first(
        "SELECT account, livemode, body FROM cli_sessions LEFT JOIN log_filters ON session = id WHERE id = ?",
        id,
      );
      const { pathname, searchParams } = new URL(request.url ?? "", simulator.origin);
      const feature = v.safeParse(Feature, searchParams.get("websocket_feature"));
      if (!session || !feature.success || pathname !== PATH) {
        duplex.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
        return;
      }
      const scope = scopeOf(session);
      const filters: LogFilters = session.body === null ? {} : v.parse(SessionFilters, session.body);
      sockets.handleUpgrade(request, duplex, head, (socket) => {
        listeners.set(id, { socket, scope, feature: feature.output, filters });
        socket.on("message", (data) => onMessage(simulator, String(data)));
        socket.on("error", () => socket.terminate());
        socket.on("close", () => {
          if (listeners.get(id)?.socket === socket) listeners.delete(id);
        });
      });
    });
  }

  function onMessage(simulator: Simulator, data: string): void {
    const { success, output: message } = v.safeParse(Message, data);
    if (!success) return; // the CLI sends other messages too
    if (message.type === "event_ack")
      unacknowledged.get(message.webhook_id)?.({ state: "succeeded", outcome: "acknowledged" });
    else recordForwarded(simulator, Number(message.webhook_id.slice("wh_".length)), message.status);
  }

  /** The CLI receives every event and forwards the types it was started for. It never retries. */
  const send =
    (simulator: Simulator): SendToCli =>
    async (delivery, body) => {
      const listener = listeners.get(delivery.target);
      if (!listener) return { state: "failed", outcome: "stripe listen is gone" };
      const webhookId = `wh_${delivery.id}`;
      const { promise, resolve } = Promise.withResolvers<Attempt>();
      unacknowledged.set(webhookId, resolve);
      const timer = setTimeout(resolve, ACK_TIMEOUT_MS, {
        state: "failed",
        outcome: "stripe listen did not acknowledge",
      });
      const gone = () => resolve({ state: "failed", outcome: "stripe listen is gone" });
      listener.socket.once("close", gone);
      listener.socket.send(
        JSON.stringify({
          type: "webhook_event",
          webhook_id: webhookId,
          webhook_conversation_id: `wc_${delivery.id}`,
          event_payload: body,
          http_headers: {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, cliSecretOf(simulator, listener.scope.account)),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
          },
          endpoint: { api_version: null },
        }),
      );
      const attempt = await promise;
      clearTimeout(timer);
      unacknowledged.delete(webhookId);
      listener.socket.off("close", gone);
      return attempt;
    };

  function close(): void {
    for (const { socket } of listeners.values()) socket.terminate();
    sockets.close();
  }

  return { accept, listenerIds, send, tail, close };
}
