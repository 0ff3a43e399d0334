import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "./app.ts";
import { expireOverdue } from "./checkout/actions.ts";
import { settleLateFee } from "./payments/balance_transactions.ts";
import { type Jobs, nextJobMs, runDueJobs } from "./state/jobs.ts";
import type { Simulator } from "./state/simulator.ts";
import { openStore } from "./state/store.ts";
import { createCliSockets } from "./webhooks/cli_socket.ts";
import { startDelivering } from "./webhooks/deliver.ts";
import { nextDueMs } from "./webhooks/deliveries.ts";

const JOBS: Jobs = {
  "expire checkout session": expireOverdue,
  "settle late fee": settleLateFee,
};

/** Timers do not count the time a laptop sleeps, so nothing waits longer than this before it looks at the clock. */
const LONGEST_WAIT_MS = 1_000;

/** A whole Stripe on 127.0.0.1.
 *  @param options.port 0 for any free one
 *  @param options.file path of the SQLite file, or ":memory:" */
export async function startSimulator({
  port,
  file,
}: {
  port: number;
  file: string;
}): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening"); // first, so that a second simulator does not touch the file of the first
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the simulator has no port");

  const sockets = createCliSockets();
  const simulator: Simulator = {
    store: openStore(file),
    origin: `http://127.0.0.1:${address.port}`,
    listeners: sockets.listening,
    wake: () => clock.refresh(0),
  };
  const delivering = startDelivering(simulator, sockets.send(simulator));
  const clock = startClock(() => {
    runDueJobs(simulator, JOBS);
    delivering.deliverReady();
    return Math.min(
      nextJobMs(simulator) ?? Number.POSITIVE_INFINITY,
      nextDueMs(simulator) ?? Number.POSITIVE_INFINITY,
    );
  });
  sockets.accept(simulator, server);
  runDueJobs(simulator, JOBS); // what fell due while the simulator was away, before anybody asks
  server.on("request", getRequestListener(createApp(simulator).fetch));
  simulator.wake();

  return {
    url: simulator.origin,
    async close() {
      clock.stop();
      delivering.stop();
      sockets.close();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      simulator.store.close();
    },
  };
}

/** Calls `look` at the time that its last call named, and whenever it is asked to. */
function startClock(look: () => number) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  function refresh(waitMs: number): void {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => refresh(Math.min(LONGEST_WAIT_MS, Math.max(1, look() - Date.now()))), waitMs);
  }
  return {
    refresh,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
