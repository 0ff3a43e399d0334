import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "./app.ts";
import { expireSession } from "./checkout/actions.ts";
import { decideDispute } from "./payments/disputes.ts";
import { settleLateFee } from "./payments/fees.ts";
import { makeFundsAvailable } from "./payments/ledger.ts";
import { fundRefunds } from "./payments/refunds.ts";
import { type Jobs, nextJobMs, runDueJobs } from "./state/jobs.ts";
import type { Simulator } from "./state/simulator.ts";
import { openStore } from "./state/store.ts";
import { createCliSockets } from "./webhooks/cli_socket.ts";
import { startDeliveries } from "./webhooks/deliver.ts";
import { nextDueMs } from "./webhooks/deliveries.ts";

const JOBS: Jobs = {
  "decide dispute": decideDispute,
  "expire checkout session": expireSession,
  "fund refunds": fundRefunds,
  "make funds available": makeFundsAvailable,
  "settle late fee": settleLateFee,
};

/** Timers do not run while a laptop sleeps, so the scheduler checks the time at least this often. */
const MAX_WAIT_MS = 1_000;

/** Starts a simulated Stripe on 127.0.0.1.
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
  await once(server, "listening"); // first, so that a second simulator does not touch the file
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the simulator has no port");

  const sockets = createCliSockets();
  const simulator: Simulator = {
    store: openStore(file),
    origin: `http://127.0.0.1:${address.port}`,
    listeners: sockets.listenerIds,
    tail: sockets.tail,
    wake: () => scheduler.refresh(0),
    runDueJobs: () => runDueJobs(simulator, JOBS),
  };
  const delivering = startDeliveries(simulator, sockets.send(simulator));
  const scheduler = startScheduler(() => {
    runDueJobs(simulator, JOBS);
    delivering.deliverReady();
    return Math.min(
      nextJobMs(simulator) ?? Number.POSITIVE_INFINITY,
      nextDueMs(simulator) ?? Number.POSITIVE_INFINITY,
    );
  });
  sockets.accept(simulator, server);
  runDueJobs(simulator, JOBS); // what became due while the simulator was down, before the first request
  server.on("request", getRequestListener(createApp(simulator).fetch));
  simulator.wake();

  return {
    url: simulator.origin,
    async close() {
      scheduler.stop();
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

/** Calls `runDue` at the time (in ms) that its last call returned, and on `refresh`. */
function startScheduler(runDue: () => number) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  function refresh(waitMs: number): void {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => refresh(Math.min(MAX_WAIT_MS, Math.max(1, runDue() - Date.now()))), waitMs);
  }
  return {
    refresh,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
